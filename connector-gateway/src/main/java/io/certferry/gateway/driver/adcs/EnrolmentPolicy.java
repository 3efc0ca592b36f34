package io.certferry.gateway.driver.adcs;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported.Template;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the policy service says: templates with our rights on them, and CAs with their addresses.
 */
record EnrolmentPolicy(List<Offer> offers, List<Authority> authorities) {

  private static final int SUPPLIES_SUBJECT = 0x1;
  private static final int PENDS = 0x2;
  private static final int ANY_PURPOSE_SCHEMA = 2;

  /**
   * One template.
   *
   * @param name cn
   * @param authorities references to CAs that publish it
   */
  record Offer(
      String name,
      int schema,
      long validitySeconds,
      int minimumKeySize,
      long subjectNameFlags,
      long enrolmentFlags,
      boolean mayEnrol,
      List<String> extendedKeyUsages,
      List<String> authorities) {

    boolean suppliesSubject() {
      return (subjectNameFlags & SUPPLIES_SUBJECT) != 0;
    }

    boolean pends() {
      return (enrolmentFlags & PENDS) != 0;
    }

    /** ESC15: a version 1 template takes application policies from the request. */
    boolean isVersion1() {
      return schema < ANY_PURPOSE_SCHEMA;
    }

    Template described() {
      return new Template(
          name,
          name,
          validitySeconds,
          minimumKeySize,
          List.of("RSA", "EC"),
          extendedKeyUsages,
          pends());
    }
  }

  /** One CA. */
  record Authority(
      String reference, Bytes certificate, boolean mayEnrol, List<Address> addresses) {}

  /**
   * Where a CA is reached.
   *
   * @param authentication flag
   * @param priority lower goes first
   */
  record Address(URI uri, int authentication, int priority, boolean renewalOnly) {}

  Optional<Authority> authority(Bytes certificate) {
    return authorities.stream()
        .filter(authority -> authority.certificate().equals(certificate))
        .findFirst();
  }

  /** Where to enrol: by our way of authentication, not for renewals only, by priority. */
  static List<URI> addresses(Authority authority, WebService.Authentication authentication) {
    return authority.addresses().stream()
        .filter(address -> address.authentication() == authentication.flag())
        .filter(address -> !address.renewalOnly())
        .sorted(Comparator.comparingInt(Address::priority))
        .map(Address::uri)
        .toList();
  }

  /** What this CA publishes. */
  List<Offer> offers(Authority authority) {
    return offers.stream()
        .filter(offer -> offer.authorities().contains(authority.reference()))
        .toList();
  }
}
