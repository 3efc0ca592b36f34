package io.certferry.profile.device;

import io.certferry.contracts.Bytes;
import io.certferry.pki.AlgorithmPolicy2026;
import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.CertificateChains;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ChainVerdict;
import io.certferry.pki.certificate.ParsedCertificate;
import io.certferry.pki.name.AttributeType;
import io.certferry.pki.name.SubjectAltName;
import io.certferry.profile.device.CertificateVerdict.Accepted;
import io.certferry.profile.device.CertificateVerdict.Refused;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges device certificates by the anchors and the binding rule of their tenant. Building a path
 * costs a millisecond, so its result is remembered for a while by the certificate's hash; dates and
 * binding are judged each time. Blocking CPU work: not for an event loop.
 */
@ApplicationScoped
public class DeviceTrust {

  private final Map<String, List<byte[]>> anchors = new HashMap<>();
  private final Map<String, Binding> bindings = new HashMap<>();
  private final VerdictCache cache;
  private final InstantSource clock;

  public DeviceTrust(DeviceTrustConfig config, InstantSource clock) {
    config.anchors().forEach((tenant, file) -> anchors.put(tenant, readAnchors(file)));
    config.binding().forEach((tenant, rule) -> bindings.put(tenant, readBinding(tenant, rule)));
    this.cache = new VerdictCache(config.cacheSize(), config.cacheFor());
    this.clock = clock;
  }

  /** The tenant's rule. */
  public Binding bindingOf(String tenant) {
    return bindings.getOrDefault(tenant, Binding.SUBJECT_CN);
  }

  /**
   * Judges a certificate.
   *
   * @param chain intermediates, any order
   * @param pinnedKeySha256 the key that the device is held to where the tenant pins keys; null if
   *     none yet
   */
  public CertificateVerdict judge(
      String tenant,
      String deviceId,
      Bytes certificate,
      List<Bytes> chain,
      @Nullable String pinnedKeySha256) {
    ParsedCertificate parsed;
    try {
      parsed = Certificates.parse(certificate.toArray());
    } catch (PkiException e) {
      return Refused.because("not-a-certificate", "is not the DER of an X.509 certificate");
    }
    Instant now = clock.instant();
    return refusalOfKey(parsed)
        .or(() -> refusalOfDates(parsed, now))
        .or(() -> refusalOfChain(tenant, certificate, chain, now))
        .or(() -> refusalOfBinding(tenant, deviceId, parsed, pinnedKeySha256))
        .<CertificateVerdict>map(refused -> refused)
        .orElseGet(
            () ->
                new Accepted(
                    new DeviceCertificate(certificate, parsed.spkiSha256(), parsed.notAfter())));
  }

  private static Optional<Refused> refusalOfKey(ParsedCertificate certificate) {
    return AlgorithmPolicy2026.refusalOfKey(certificate.keyAlgorithm(), certificate.keySize())
        .map(why -> Refused.because("weak-key", why));
  }

  private static Optional<Refused> refusalOfDates(ParsedCertificate certificate, Instant now) {
    if (now.isAfter(certificate.notAfter())) {
      return Optional.of(Refused.because("expired", "expired at " + certificate.notAfter()));
    }
    return now.isBefore(certificate.notBefore())
        ? Optional.of(
            Refused.because("not-yet-valid", "is valid only from " + certificate.notBefore()))
        : Optional.empty();
  }

  private Optional<Refused> refusalOfChain(
      String tenant, Bytes certificate, List<Bytes> chain, Instant now) {
    List<byte[]> trusted = anchors.getOrDefault(tenant, List.of());
    ChainVerdict verdict =
        cache.get(
            cacheKey(tenant, certificate, chain),
            now,
            () ->
                CertificateChains.verify(
                    certificate.toArray(),
                    chain.stream().map(Bytes::toArray).toList(),
                    trusted,
                    now));
    return verdict instanceof ChainVerdict.Invalid invalid
        ? Optional.of(
            Refused.because(
                "untrusted",
                "does not chain to the tenant's device trust anchors: " + invalid.reason()))
        : Optional.empty();
  }

  private static String cacheKey(String tenant, Bytes certificate, List<Bytes> chain) {
    StringBuilder key = new StringBuilder(tenant).append('/');
    key.append(Digests.sha256Hex(certificate.toArray()));
    chain.forEach(c -> key.append('/').append(Digests.sha256Hex(c.toArray())));
    return key.toString();
  }

  private Optional<Refused> refusalOfBinding(
      String tenant, String deviceId, ParsedCertificate certificate, @Nullable String pinned) {
    return switch (bindingOf(tenant)) {
      case SUBJECT_CN ->
          certificate.subject().values(AttributeType.CN).contains(deviceId)
              ? Optional.empty()
              : Optional.of(Refused.because("not-bound", "no common name is the deviceId"));
      case SAN_URI ->
          uris(certificate).stream().anyMatch(uri -> names(uri, deviceId))
              ? Optional.empty()
              : Optional.of(Refused.because("not-bound", "no alternative URI names the deviceId"));
      case PINNED ->
          pinned == null || pinned.equals(certificate.spkiSha256())
              ? Optional.empty()
              : Optional.of(
                  Refused.because(
                      "not-bound", "has another key than the one the device began with"));
    };
  }

  private static List<String> uris(ParsedCertificate certificate) {
    return certificate.sans().stream()
        .filter(san -> san.type() == SubjectAltName.Type.URI)
        .map(SubjectAltName::value)
        .toList();
  }

  private static boolean names(String uri, String deviceId) {
    return uri.equals(deviceId) || uri.endsWith("/" + deviceId) || uri.endsWith(":" + deviceId);
  }

  private static List<byte[]> readAnchors(String file) {
    try {
      List<byte[]> certificates =
          new ArrayList<>(Certificates.fromPem(Files.readAllBytes(Path.of(file))));
      certificates.forEach(Certificates::parse);
      return List.copyOf(certificates);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read device trust anchors", e);
    }
  }

  private static Binding readBinding(String tenant, String rule) {
    return Binding.of(rule)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "certferry.device-trust.binding."
                        + tenant
                        + " must be subject-cn, san-uri or pinned"));
  }
}
