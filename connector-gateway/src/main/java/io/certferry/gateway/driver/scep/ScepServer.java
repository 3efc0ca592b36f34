package io.certferry.gateway.driver.scep;

import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.CertificateBags;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.HttpOutcome.Lost;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.KeyUsage;
import io.certferry.pki.certificate.ParsedCertificate;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The server side as SCEP shows it: what it can do, and whose certificates speak for the CA. */
final class ScepServer {

  private static final Duration BELIEVED = Duration.ofMinutes(10);

  private final CaHttp http;
  private final URI url;
  private final PinnedChain chain;
  private final InstantSource clock;
  private final AtomicReference<@Nullable Remembered> remembered = new AtomicReference<>();

  ScepServer(CaHttp http, URI url, PinnedChain chain, InstantSource clock) {
    this.http = http;
    this.url = url;
    this.chain = chain;
    this.clock = clock;
  }

  /** The question did not give what was asked for. */
  sealed interface Identity {}

  /**
   * Whom to encrypt to and whose signatures count; all of them chain to the pinned root.
   *
   * @param recipient RSA, the CA itself or its registration authority
   */
  record Known(X509Certificate recipient, List<X509Certificate> speakers) implements Identity {}

  /** It does not offer what a request needs. */
  record Weak() implements Identity {}

  /**
   * It did not work out.
   *
   * @param reached whether the CA answered at all
   */
  record Unknown(Fault fault, boolean reached) implements Identity {}

  /** Believed for a while, so that a request is one call and not three. */
  private record Remembered(Known identity, boolean strong, Instant until) {}

  /** What the server said not long ago, or else says now. */
  Identity identityForAWhile() {
    Remembered known = remembered.get();
    if (known != null && clock.instant().isBefore(known.until())) {
      return known.strong() ? known.identity() : new Weak();
    }
    Identity now = identity();
    if (now instanceof Known found) {
      boolean strong = isStrong(capabilities());
      remembered.set(new Remembered(found, strong, clock.instant().plus(BELIEVED)));
      return strong ? found : new Weak();
    }
    return now;
  }

  /** Something did not fit: the certificates may have changed. */
  void forget() {
    remembered.set(null);
  }

  private URI operation(String name) {
    String separator = url.getQuery() == null ? "?" : "&";
    return URI.create(url + separator + "operation=" + name);
  }

  /** GetCACaps, in lower case; empty if the server does not tell. */
  Set<String> capabilities() {
    HttpOutcome outcome = http.exchange(HttpCall.get(operation("GetCACaps")));
    return CaHttp.isOk(outcome)
        ? new TreeSet<>(
            ((Answer) outcome)
                .text()
                .lines()
                .map(line -> line.strip().toLowerCase(Locale.ROOT))
                .toList())
        : Set.of();
  }

  /** RFC 8894 section 3.5.2: AES, SHA-256 and POST. */
  static boolean isStrong(Set<String> capabilities) {
    return capabilities.contains("scepstandard")
        || capabilities.containsAll(Set.of("aes", "sha-256", "postpkioperation"));
  }

  HttpOutcome authorities() {
    return http.exchange(HttpCall.get(operation("GetCACert")));
  }

  /** GetCACert, believed only as far as it chains to the pinned root. */
  Identity identity() {
    HttpOutcome outcome = authorities();
    if (outcome instanceof NotSent notSent) {
      return new Unknown(notSent.fault(), false);
    }
    if (outcome instanceof Lost lost) {
      return new Unknown(lost.fault(), false);
    }
    Answer answer = (Answer) outcome;
    return answer.status() == 200
        ? identity(answer)
        : new Unknown(answer.status() >= 500 ? Fault.SERVER_ERROR : Fault.ENDPOINT_MISSING, true);
  }

  private Identity identity(Answer answer) {
    try {
      boolean several = answer.header("content-type").orElse("").contains("x-x509-ca-ra-cert");
      List<byte[]> sent = several ? CertificateBags.read(answer.body()) : List.of(answer.body());
      List<ParsedCertificate> trusted = new ArrayList<>();
      for (byte[] der : sent) {
        if (chain.holds(der) || chain.covers(der, clock.instant())) {
          trusted.add(Certificates.parse(der));
        }
      }
      return chosen(trusted);
    } catch (PkiException e) {
      return new Unknown(Fault.ANSWER_NOT_UNDERSTOOD, true);
    }
  }

  /** A registration authority that may encipher keys goes before the CA. */
  private static Identity chosen(List<ParsedCertificate> trusted) {
    List<X509Certificate> speakers =
        trusted.stream().map(certificate -> ScepSigner.decode(certificate.der())).toList();
    return trusted.stream()
        .filter(certificate -> certificate.keyAlgorithm().equals("RSA"))
        .min(java.util.Comparator.comparingInt(ScepServer::rank))
        .<Identity>map(certificate -> new Known(ScepSigner.decode(certificate.der()), speakers))
        .orElseGet(() -> new Unknown(Fault.WRONG_CA, true));
  }

  private static int rank(ParsedCertificate certificate) {
    if (certificate.isCa()) {
      return 1;
    }
    return certificate.keyUsage().contains(KeyUsage.KEY_ENCIPHERMENT) ? 0 : 2;
  }

  HttpOutcome operate(byte[] message) {
    return http.exchange(
        HttpCall.post(operation("PKIOperation"), "application/x-pki-message", message)
            .withoutBasic());
  }
}
