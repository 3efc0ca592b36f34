package io.certferry.pki.certificate;

import io.certferry.pki.Digests;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.ChainVerdict.Invalid;
import io.certferry.pki.certificate.ChainVerdict.Valid;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.Extension;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a CA issued with what the grant promised; a certificate with any mismatch must be
 * quarantined and revoked, never delivered.
 *
 * <ul>
 *   <li>publicKey: the same SubjectPublicKeyInfo, byte for byte
 *   <li>subject: the same RDNs, types and texts in the same order; string types may differ
 *   <li>subjectAltNames, extendedKeyUsage: the same sets, nothing missing, nothing added
 *   <li>keyUsage: the required bits are there, keyCertSign and cRLSign are not
 *   <li>sid: the same text, or none where none was promised
 *   <li>basicConstraints: not a CA
 *   <li>notBefore: at most the clock skew in the future; notAfter: not past
 *   <li>validity: notAfter − notBefore + 1 s is at most what was promised, to the second
 *   <li>criticalExtensions: only those that are understood
 *   <li>issuer and chain: signed by the expected CA and valid up to its root, where that is known
 * </ul>
 */
public final class IssuedCertificateCheck {
  private static final Set<String> UNDERSTOOD =
      Set.of(
          Extension.keyUsage.getId(),
          Extension.extendedKeyUsage.getId(),
          Extension.basicConstraints.getId(),
          Extension.subjectAlternativeName.getId(),
          Extension.certificatePolicies.getId());

  private final ParsedCertificate actual;
  private final ExpectedCertificate expected;
  private final List<Mismatch> mismatches = new ArrayList<>();

  private IssuedCertificateCheck(ParsedCertificate actual, ExpectedCertificate expected) {
    this.actual = actual;
    this.expected = expected;
  }

  /**
   * @param certificate DER as the CA gave it
   * @param chain DER of the certificates that the CA gave with it, any order
   * @return every mismatch at once; empty when it is exactly what was promised
   */
  public static List<Mismatch> check(
      byte[] certificate, List<byte[]> chain, ExpectedCertificate expected) {
    try {
      return new IssuedCertificateCheck(Certificates.parse(certificate), expected).run(chain);
    } catch (PkiException e) {
      return List.of(
          new Mismatch("certificate", "a readable certificate", String.valueOf(e.getMessage())));
    }
  }

  private List<Mismatch> run(List<byte[]> chain) {
    key();
    same("subject", expected.subject(), actual.subject());
    sameSet("subjectAltNames", expected.sans(), actual.sans());
    sameSet("extendedKeyUsage", expected.ekus(), actual.ekus());
    keyUsage();
    same("sid", expected.sid(), actual.sid());
    same("basicConstraints", "CA:FALSE", actual.isCa() ? "CA:TRUE" : "CA:FALSE");
    validity();
    criticalExtensions();
    issuer(chain);
    return List.copyOf(mismatches);
  }

  private void key() {
    if (!Arrays.equals(expected.spki(), actual.spki())) {
      mismatch("publicKey", "SHA-256 " + Digests.sha256Hex(expected.spki()), actual.spkiSha256());
    }
  }

  private void keyUsage() {
    Set<KeyUsage> bits = actual.keyUsage();
    boolean authority = bits.contains(KeyUsage.KEY_CERT_SIGN) || bits.contains(KeyUsage.CRL_SIGN);
    if (authority || !bits.containsAll(expected.requiredKeyUsage())) {
      mismatch(
          "keyUsage",
          new TreeSet<>(expected.requiredKeyUsage()) + " and no CA bit",
          new TreeSet<>(bits).toString());
    }
  }

  private void validity() {
    Instant latestStart = expected.now().plus(expected.clockSkew());
    if (actual.notBefore().isAfter(latestStart)) {
      mismatch("notBefore", "at most " + latestStart, actual.notBefore().toString());
    }
    if (actual.notAfter().isBefore(expected.now())) {
      mismatch("notAfter", "after " + expected.now(), actual.notAfter().toString());
    }
    Duration lifetime = Duration.between(actual.notBefore(), actual.notAfter()).plusSeconds(1);
    if (lifetime.compareTo(expected.maxValidity()) > 0) {
      mismatch("validity", "at most " + expected.maxValidity(), lifetime.toString());
    }
  }

  private void criticalExtensions() {
    Set<String> unknown = new TreeSet<>(actual.criticalExtensionOids());
    unknown.removeAll(UNDERSTOOD);
    if (!unknown.isEmpty()) {
      mismatch("criticalExtensions", "only known ones", unknown.toString());
    }
  }

  private void issuer(List<byte[]> chain) {
    if (expected.caChain().isEmpty()) {
      return;
    }
    ParsedCertificate issuer = Certificates.parse(expected.caChain().get(0));
    same("issuer", issuer.subject(), actual.issuer());
    byte[] root = expected.caChain().get(expected.caChain().size() - 1);
    List<byte[]> intermediates = new ArrayList<>(expected.caChain());
    intermediates.addAll(chain);
    ChainVerdict verdict =
        CertificateChains.verify(actual.der(), intermediates, List.of(root), checkedAt());
    if (verdict instanceof Invalid invalid) {
      mismatch("chain", "signed by " + issuer.subject(), invalid.reason());
    } else if (verdict instanceof Valid valid) {
      same("issuerKey", issuer.spkiSha256(), Certificates.parse(parent(valid)).spkiSha256());
    }
  }

  private static byte[] parent(Valid valid) {
    return valid.path().size() > 1 ? valid.path().get(1) : valid.anchor();
  }

  /** Within the skew a certificate may not have begun on our clock. */
  private Instant checkedAt() {
    return actual.notBefore().isAfter(expected.now()) ? actual.notBefore() : expected.now();
  }

  private void same(String field, @Nullable Object wanted, @Nullable Object found) {
    if (!Objects.equals(wanted, found)) {
      mismatch(field, String.valueOf(wanted), String.valueOf(found));
    }
  }

  private <T> void sameSet(String field, Set<T> wanted, Collection<T> found) {
    if (found.size() != wanted.size() || !wanted.equals(new HashSet<>(found))) {
      mismatch(field, sorted(wanted), sorted(found));
    }
  }

  private static String sorted(Collection<?> values) {
    return values.stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
  }

  private void mismatch(String field, String wanted, String found) {
    mismatches.add(new Mismatch(field, wanted, found));
  }
}
