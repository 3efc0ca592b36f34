package io.certferry.gateway.driver.wire;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How an HTTP call ended. */
public sealed interface HttpOutcome {

  /**
   * An answer, whole and within the limits.
   *
   * @param headers by lower-case name
   */
  record Answer(int status, Map<String, String> headers, byte[] body) implements HttpOutcome {

    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** Certainly nothing reached the CA, or the CA took nothing in. */
  record NotSent(Fault fault) implements HttpOutcome {}

  /** It was sent, and there is no answer to rely on. */
  record Lost(Fault fault) implements HttpOutcome {}
}
