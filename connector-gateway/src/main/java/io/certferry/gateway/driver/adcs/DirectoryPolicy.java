package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Address;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Authority;
import io.certferry.gateway.driver.adcs.EnrolmentPolicy.Offer;
import io.certferry.gateway.driver.directory.CertificateTemplate;
import io.certferry.gateway.driver.directory.DirectoryLookup;
import io.certferry.gateway.driver.directory.DirectoryLookup.UnavailableException;
import io.certferry.gateway.driver.directory.EnrolmentService;
import io.certferry.gateway.driver.wire.Fault;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The policy as the directory has it. It does not tell our rights: the CA does, with its first
 * answer.
 */
record DirectoryPolicy(DirectoryLookup directory) implements PolicySource {

  @Override
  public Policies ask() {
    try {
      List<EnrolmentService> services =
          directory.enrolmentServices().stream().filter(EnrolmentService::hasTemplates).toList();
      List<Offer> offers =
          directory.templates().stream().map(template -> offer(template, services)).toList();
      return new Known(
          new EnrolmentPolicy(offers, services.stream().flatMap(this::authorities).toList()),
          Optional.empty());
    } catch (UnavailableException e) {
      return new Unknown(e.fault(), Optional.empty());
    }
  }

  @Override
  public Fault absence() {
    return Fault.NOT_ENTERPRISE;
  }

  private static Offer offer(CertificateTemplate template, List<EnrolmentService> services) {
    return new Offer(
        template.name(),
        template.schema(),
        template.validitySeconds(),
        template.minimumKeySize(),
        template.nameFlags(),
        template.enrolmentFlags(),
        true,
        template.extendedKeyUsages(),
        services.stream()
            .filter(service -> service.published().contains(template.name()))
            .map(EnrolmentService::name)
            .toList());
  }

  private Stream<Authority> authorities(EnrolmentService service) {
    List<Address> addresses =
        service.servers().stream().flatMap(server -> address(server).stream()).toList();
    return service.certificates().stream()
        .map(certificate -> new Authority(service.name(), certificate, true, addresses));
  }

  private static Optional<Address> address(String server) {
    String[] lines = server.split("\\s+");
    if (lines.length < 4
        || !lines[0].matches("\\d{1,9}")
        || !lines[1].matches("\\d{1,9}")
        || !lines[3].startsWith("https://")) {
      return Optional.empty();
    }
    return Optional.of(
        new Address(
            URI.create(lines[3]),
            Integer.parseInt(lines[1]),
            Integer.parseInt(lines[0]),
            lines[2].equals("1")));
  }
}
