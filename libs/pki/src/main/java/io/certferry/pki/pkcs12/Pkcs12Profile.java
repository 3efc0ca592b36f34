package io.certferry.pki.pkcs12;

import java.util.Arrays;
import java.util.Locale;

/** The two forms of PKCS#12 that we write; never a mixture, which several importers refuse. */
public enum Pkcs12Profile {
  /** PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC for both bags, HMAC-SHA256 MAC. */
  MODERN,
  /**
   * pbeWithSHAAnd3-KeyTripleDES-CBC for both bags, HMAC-SHA1 MAC; only inside an outer envelope.
   */
  LEGACY;

  private static final int[] IOS = {18};
  private static final int[] ANDROID = {14};
  private static final int[] WINDOWS = {10, 0, 16299};

  /**
   * What a device's own importer accepts. Modern: iOS and iPadOS from 18, Android from 14, Windows
   * from 10.0.16299 (version 1709; Server 2019 is 10.0.17763). Legacy: everything older, unknown or
   * unreadable, and macOS, whose import fails on the modern form wherever the format is guessed.
   *
   * @param platform as the device reports it, such as {@code ios} or {@code windows}, in any case
   * @param osVersion dotted numbers, such as {@code 18.1} or {@code 10.0.22631.4460}
   */
  public static Pkcs12Profile forPlatform(String platform, String osVersion) {
    return switch (platform.toLowerCase(Locale.ROOT)) {
      case "ios", "ipados" -> since(IOS, osVersion);
      case "android" -> since(ANDROID, osVersion);
      case "windows" -> since(WINDOWS, osVersion);
      default -> LEGACY;
    };
  }

  private static Pkcs12Profile since(int[] minimum, String version) {
    return Arrays.compare(numbers(version), minimum) >= 0 ? MODERN : LEGACY;
  }

  private static int[] numbers(String version) {
    if (!version.matches("\\d{1,9}(\\.\\d{1,9}){0,5}")) {
      return new int[0];
    }
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
