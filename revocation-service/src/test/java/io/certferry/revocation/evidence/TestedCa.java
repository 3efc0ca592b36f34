package io.certferry.revocation.evidence;

import io.certferry.revocation.order.CaConfig;
import io.certferry.revocation.order.Channel;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A CA whose certificate is {@code ca.pem} of a folder. */
record TestedCa(Optional<URI> crl, Optional<URI> ocsp, Path directory) implements CaConfig.Ca {
  @Override
  public Channel channel() {
    return Channel.CONNECTOR;
  }

  @Override
  public Optional<List<URI>> crlUrls() {
    return crl.map(List::of);
  }

  @Override
  public Optional<List<URI>> ocspUrls() {
    return ocsp.map(List::of);
  }

  @Override
  public Optional<List<Path>> issuerCertificates() {
    return Optional.of(List.of(directory.resolve("ca.pem")));
  }

  @Override
  public Optional<List<String>> acceptedReasons() {
    return Optional.empty();
  }

  @Override
  public OptionalDouble commandsPerSecond() {
    return OptionalDouble.empty();
  }

  @Override
  public OptionalInt inFlight() {
    return OptionalInt.empty();
  }

  @Override
  public Optional<String> partnerConfiguration() {
    return Optional.empty();
  }
}
