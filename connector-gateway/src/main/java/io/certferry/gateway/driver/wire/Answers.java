package io.certferry.gateway.driver.wire;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.Answer;
import io.certferry.gateway.driver.wire.HttpOutcome.Lost;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import io.certferry.pki.PkiException;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.certificate.ParsedCertificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What HTTP answers mean for a submission, the same for every protocol. */
public final class Answers {

  private static final int LONGEST_TEXT = 200;

  private Answers() {}

  /** No answer of the protocol came: whether the CA may have issued decides. */
  public static SubmitOutcome withoutAnswer(HttpOutcome outcome) {
    if (outcome instanceof NotSent notSent) {
      return new SubmitOutcome.Retryable(notSent.fault().code());
    }
    return outcome instanceof Lost lost
        ? new SubmitOutcome.Unknown(lost.fault().code())
        : notOk((Answer) outcome);
  }

  /** Another status than those that the protocol knows. */
  public static SubmitOutcome notOk(Answer answer) {
    return switch (answer.status()) {
      case 403 -> configuration(Fault.NOT_AUTHORISED);
      case 404, 405, 410, 501 -> configuration(Fault.ENDPOINT_MISSING);
      case 429, 503 -> new SubmitOutcome.Retryable(Fault.OVERLOADED.code());
      default ->
          answer.status() >= 400 && answer.status() < 500
              ? new SubmitOutcome.Denied("http-" + answer.status(), said(answer))
              : new SubmitOutcome.Unknown(Fault.SERVER_ERROR.code());
    };
  }

  public static SubmitOutcome configuration(Fault fault) {
    return new SubmitOutcome.ConfigurationError(fault.code(), fault.explanation());
  }

  public static SubmitOutcome unknown(Fault fault) {
    return new SubmitOutcome.Unknown(fault.code());
  }

  /** What the CA wrote, made harmless for logs and screens. */
  public static String said(Answer answer) {
    return said(answer.text());
  }

  /** The first 200 printable characters. */
  public static String said(String text) {
    String printable =
        text.replaceAll("<[^>]{0,200}>", " ").replaceAll("[^\\x20-\\x7e]+", " ").strip();
    return printable.isEmpty()
        ? "The CA gave no reason."
        : printable.substring(0, Math.min(printable.length(), LONGEST_TEXT));
  }

  /**
   * The certificate among several that carries our key. If none does, the first that is no CA's is
   * handed on, so that the ledger sees what was issued in our name.
   */
  public static SubmitOutcome issued(
      List<byte[]> certificates, byte[] spki, PinnedChain chain, String caRequestId) {
    try {
      List<ParsedCertificate> parsed = certificates.stream().map(Certificates::parse).toList();
      Optional<ParsedCertificate> ours =
          parsed.stream()
              .filter(certificate -> Arrays.equals(certificate.spki(), spki))
              .findFirst()
              .or(() -> parsed.stream().filter(certificate -> !certificate.isCa()).findFirst());
      return ours.<SubmitOutcome>map(
              certificate ->
                  new SubmitOutcome.Issued(
                      Bytes.of(certificate.der()), chain.certificates(), caRequestId))
          .orElseGet(() -> unknown(Fault.ANSWER_NOT_UNDERSTOOD));
    } catch (PkiException e) {
      return unknown(Fault.ANSWER_NOT_UNDERSTOOD);
    }
  }

  /** RFC 9110 section 10.2.3: seconds or a date; zero if there is nothing to understand. */
  public static Duration retryAfter(Answer answer, InstantSource clock) {
    String value = answer.header("retry-after").orElse("").strip();
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      ZonedDateTime date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(clock.instant(), date.toInstant());
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }
}
