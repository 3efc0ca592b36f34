package io.certferry.pfximport.delivery;

import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateChains;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ChainVerdict;
import io.certferry.pki.certificate.ParsedCertificate;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tenants' device trust anchors, read once at start. */
@Singleton
class DeviceTrust {

  private final Map<String, List<byte[]>> anchors = new HashMap<>();
  private final Map<String, DeviceBinding> bindings;

  DeviceTrust(DeviceTrustConfig config) {
    config.anchors().forEach((tenant, file) -> anchors.put(tenant, read(file)));
    this.bindings = Map.copyOf(config.binding());
  }

  /**
   * Why a certificate is not that device's: empty if it chains to the tenant's anchors, is in date,
   * is bound to the deviceId and has the key that the grant names.
   */
  Optional<String> refusal(
      String tenant, String deviceId, String keySha256, byte[] certificate, Instant at) {
    List<byte[]> trusted = anchors.get(tenant);
    if (trusted == null) {
      return Optional.of("no device trust anchors are configured for the tenant");
    }
    try {
      ParsedCertificate parsed = Certificates.parse(certificate);
      if (!parsed.spkiSha256().equals(keySha256)) {
        return Optional.of("the device certificate has another key than the grant names");
      }
      if (!bindings.getOrDefault(tenant, DeviceBinding.SUBJECT_CN).binds(parsed, deviceId)) {
        return Optional.of("the device certificate does not name the device");
      }
      return chain(parsed.der(), trusted, at);
    } catch (PkiException e) {
      return Optional.of("the device certificate cannot be read");
    }
  }

  private static Optional<String> chain(byte[] certificate, List<byte[]> trusted, Instant at) {
    ChainVerdict verdict = CertificateChains.verify(certificate, trusted, trusted, at);
    return verdict instanceof ChainVerdict.Invalid invalid
        ? Optional.of("the device certificate is not trusted: " + invalid.reason())
        : Optional.empty();
  }

  private static List<byte[]> read(Path file) {
    try {
      return Certificates.fromPem(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the device trust anchors " + file, e);
    }
  }
}
