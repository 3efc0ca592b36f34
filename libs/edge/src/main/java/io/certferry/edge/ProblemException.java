package io.certferry.edge;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A refusal on its way to the client. Its texts are shown as they are, so they must not tell what
 * the caller may not know.
 */
public class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final @Nullable String detail;
  private final transient List<FieldError> errors;
  private final @Nullable Duration retryAfter;

  /**
   * @param status HTTP status, 4xx or 5xx
   * @param type stable code in lower case with dashes, such as {@code rule-broken}
   * @param errors all that is wrong
   */
  public ProblemException(int status, String type, List<FieldError> errors) {
    this(status, type, null, errors, null);
  }

  /** A refusal that no field is to blame for. */
  public ProblemException(int status, String type, String detail) {
    this(status, type, detail, List.of(), null);
  }

  private ProblemException(
      int status,
      String type,
      @Nullable String detail,
      List<FieldError> errors,
      @Nullable Duration retryAfter) {
    super(status + " " + type + (detail == null ? "" : ": " + detail), null, false, false);
    this.status = status;
    this.type = type;
    this.detail = detail;
    this.errors = List.copyOf(errors);
    this.retryAfter = retryAfter;
  }

  /** 400: cannot be parsed. */
  public static ProblemException unparsable(List<FieldError> errors) {
    return new ProblemException(400, "unparsable", errors);
  }

  /** 422: understood, and a rule is broken. */
  public static ProblemException ruleBroken(List<FieldError> errors) {
    return new ProblemException(422, "rule-broken", errors);
  }

  /** 422 with one error. */
  public static ProblemException ruleBroken(String field, String rule, String message) {
    return ruleBroken(List.of(new FieldError(field, rule, message)));
  }

  /** 404: not there, or another tenant's, which is the same to the caller. */
  public static ProblemException notFound() {
    return new ProblemException(404, "not-found", null, List.of(), null);
  }

  /** 403: not with this token. */
  public static ProblemException forbidden(String detail) {
    return new ProblemException(403, "forbidden", detail);
  }

  /** 409: not in this state. */
  public static ProblemException conflict(String detail) {
    return new ProblemException(409, "conflict", detail);
  }

  /** 410: was there and will not come back. */
  public static ProblemException gone(String detail) {
    return new ProblemException(410, "gone", detail);
  }

  /** 412: {@code If-Match} names another version. */
  public static ProblemException preconditionFailed() {
    return new ProblemException(412, "precondition-failed", null, List.of(), null);
  }

  /** 429: more than may be taken now. */
  public static ProblemException tooManyRequests(Duration retryAfter) {
    return new ProblemException(429, "too-many-requests", null, List.of(), retryAfter);
  }

  /** 503: not now, nothing was done. */
  public static ProblemException unavailable(String detail, Duration retryAfter) {
    return new ProblemException(503, "unavailable", detail, List.of(), retryAfter);
  }

  public int status() {
    return status;
  }

  public String type() {
    return type;
  }

  public @Nullable String detail() {
    return detail;
  }

  public List<FieldError> errors() {
    return errors;
  }

  /** When to try again, if it is worth it. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
