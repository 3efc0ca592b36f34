package io.certferry.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The JSON Schema 2020-12 of every message, for validators and for other systems' builds. */
public final class Schemas {

  private Schemas() {}

  /**
   * The schema document of one {@code ce_type}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static String of(String eventType) {
    String resource = "schema/" + eventType + ".schema.json";
    try (InputStream stream = Schemas.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalArgumentException("no schema for " + eventType);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
