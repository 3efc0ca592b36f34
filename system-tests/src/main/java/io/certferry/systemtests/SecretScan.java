package io.certferry.systemtests;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Searches files for secrets in every form in which they might leak: raw, hexadecimal in either
 * case, and base64 at its three alignments. One pass a file: a rolling window of eight bytes is
 * looked up among the patterns' beginnings.
 */
final class SecretScan {

  private static final int WINDOW = 8;
  private static final int BUFFER = 1 << 20;
  private static final int SHORTEST = 12;

  private static final int TAIL_MASK = (1 << 24) - 1;

  private final Map<Long, List<byte[]>> patterns = new HashMap<>();

  /** The last three bytes of each beginning; most positions fail here, without a look-up. */
  private final BitSet tails = new BitSet(TAIL_MASK + 1);

  /** Adds what must not be found of a private key: its secret numbers and its PKCS#8 form. */
  void add(PrivateKey key) {
    if (key instanceof ECPrivateKey ec) {
      addInEveryForm(magnitude(ec.getS()));
    } else if (key instanceof RSAPrivateCrtKey rsa) {
      addInEveryForm(magnitude(rsa.getPrivateExponent()));
      addInEveryForm(magnitude(rsa.getPrimeP()));
      addInEveryForm(magnitude(rsa.getPrimeQ()));
    } else {
      throw new IllegalArgumentException("no way to scan for " + key.getAlgorithm());
    }
  }

  /** Adds a password, in UTF-8 and UTF-16. */
  void add(String password) {
    addInEveryForm(password.getBytes(StandardCharsets.UTF_8));
    addInEveryForm(password.getBytes(StandardCharsets.UTF_16BE));
  }

  /** Files below the folder that hold a secret. */
  Set<Path> hitsIn(Path folder) throws IOException {
    Set<Path> hits = new TreeSet<>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.isReadable(file) && isHit(Files.newInputStream(file))) {
          hits.add(file);
        }
      }
    }
    return hits;
  }

  /** Whether a text, such as the metrics of a service, holds a secret. */
  boolean isHit(byte[] content) throws IOException {
    return isHit(new java.io.ByteArrayInputStream(content));
  }

  private boolean isHit(InputStream stream) throws IOException {
    try (InputStream in = new BufferedInputStream(stream, BUFFER)) {
      return search(in.readAllBytes());
    }
  }

  private boolean search(byte[] data) {
    long window = 0;
    for (int i = 0; i < data.length; i++) {
      window = window << 8 | (data[i] & 0xff);
      if (i >= WINDOW - 1 && tails.get((int) window & TAIL_MASK)) {
        List<byte[]> candidates = patterns.get(window);
        if (candidates != null && matches(data, i - WINDOW + 1, candidates)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean matches(byte[] data, int from, List<byte[]> candidates) {
    for (byte[] pattern : candidates) {
      int to = from + pattern.length;
      if (to <= data.length && Arrays.equals(data, from, to, pattern, 0, pattern.length)) {
        return true;
      }
    }
    return false;
  }

  private void addInEveryForm(byte[] secret) {
    addPattern(secret);
    String hex = HexFormat.of().formatHex(secret);
    addPattern(hex.getBytes(StandardCharsets.US_ASCII));
    addPattern(
        HexFormat.of().withUpperCase().formatHex(secret).getBytes(StandardCharsets.US_ASCII));
    for (int shift = 0; shift < 3; shift++) {
      addPattern(base64At(secret, shift, Base64.getEncoder()));
      addPattern(base64At(secret, shift, Base64.getUrlEncoder()));
    }
  }

  /**
   * The characters that the secret alone decides when it stands {@code shift} bytes into a text.
   */
  private static byte[] base64At(byte[] secret, int shift, Base64.Encoder encoder) {
    byte[] padded = new byte[shift + secret.length];
    System.arraycopy(secret, 0, padded, shift, secret.length);
    byte[] text = encoder.withoutPadding().encode(padded);
    int first = shift == 0 ? 0 : shift + 1;
    int last = padded.length * 8 / 6;
    return Arrays.copyOfRange(text, first, last);
  }

  private void addPattern(byte[] pattern) {
    if (pattern.length < SHORTEST) {
      throw new IllegalArgumentException("too short to search for");
    }
    long window = 0;
    for (int i = 0; i < WINDOW; i++) {
      window = window << 8 | (pattern[i] & 0xff);
    }
    tails.set((int) window & TAIL_MASK);
    patterns.computeIfAbsent(window, w -> new ArrayList<>()).add(pattern);
  }

  private static byte[] magnitude(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }
}
