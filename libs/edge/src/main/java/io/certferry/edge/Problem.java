package io.certferry.edge;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of every refusal: a problem detail (RFC 9457, media type {@code
 * application/problem+json}) with two extension members.
 *
 * @param type {@code urn:certferry:problem:<code>}
 * @param title the same for each occurrence of the type
 * @param status the HTTP status
 * @param detail about this occurrence; null if the type says it all
 * @param errors the broken rules, all of them; empty if none is to blame
 * @param correlationId finds this call in the log
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
    String type,
    String title,
    int status,
    @Nullable String detail,
    List<FieldError> errors,
    @Nullable String correlationId) {

  /** RFC 9457, section 3. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final String TYPE_PREFIX = "urn:certferry:problem:";

  public Problem {
    errors = List.copyOf(errors);
  }

  /** The document of a refusal, for surfaces that the REST layer does not serve. */
  public static Problem of(ProblemException refusal, @Nullable String correlationId) {
    return new Problem(
        TYPE_PREFIX + refusal.type(),
        title(refusal.type()),
        refusal.status(),
        refusal.detail(),
        refusal.errors(),
        correlationId);
  }

  /** {@code rule-broken} becomes {@code Rule broken}. */
  private static String title(String type) {
    String words = type.replace('-', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
