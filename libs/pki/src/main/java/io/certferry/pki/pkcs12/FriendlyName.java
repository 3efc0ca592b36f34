package io.certferry.pki.pkcs12;

import java.text.Normalizer;

/** The bag attribute that people see: importers are only tested with short ASCII. */
final class FriendlyName {
  private static final int MAX_LENGTH = 64;

  private FriendlyName() {}

  /** Accents are dropped, other characters become an underscore, at most 64 remain. */
  static String ascii(String name) {
    String plain =
        Normalizer.normalize(name, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .replaceAll("[^\\x20-\\x7e]", "_")
            .strip();
    String cut = plain.substring(0, Math.min(plain.length(), MAX_LENGTH)).strip();
    return cut.isEmpty() ? "certificate" : cut;
  }
}
