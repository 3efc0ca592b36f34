package io.certferry.edge;

import jakarta.enterprise.context.RequestScoped;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id that ties together all that a call sets off: taken from {@code X-Correlation-Id} or made,
 * sent back, logged, and put into events.
 */
@RequestScoped
public class CorrelationId {

  /** Header of request and response. */
  public static final String HEADER = "X-Correlation-Id";

  static final String MDC_KEY = "correlationId";

  private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private @Nullable String value;

  /** The id of the current call. */
  public String value() {
    String current = value;
    return current == null ? accept(null) : current;
  }

  /** Takes the caller's id if it is one that can be logged safely, makes one if not. */
  String accept(@Nullable String offered) {
    String accepted =
        offered != null && ACCEPTABLE.matcher(offered).matches()
            ? offered
            : UUID.randomUUID().toString();
    value = accepted;
    return accepted;
  }
}
