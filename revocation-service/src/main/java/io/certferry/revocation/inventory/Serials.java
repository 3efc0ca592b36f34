package io.certferry.revocation.inventory;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Serial numbers as text: lower-case hex of whole octets, no leading zero octet ({@code 0a1b}). */
public final class Serials {

  private static final int HEX = 16;

  /** RFC 5280 section 4.1.2.2: at most 20 octets. */
  private static final int LONGEST = 40;

  private static final Pattern DIGITS = Pattern.compile("[0-9a-fA-F]+");
  private static final Pattern DECIMAL = Pattern.compile("[0-9]+");

  private Serials() {}

  /** The stored form of a number. */
  public static String of(BigInteger serial) {
    String digits = serial.toString(HEX);
    return digits.length() % 2 == 0 ? digits : "0" + digits;
  }

  /**
   * The stored form of a hex text that another service wrote.
   *
   * @throws NumberFormatException if it is not hex
   */
  public static String canonical(String hex) {
    return of(number(hex));
  }

  public static BigInteger number(String hex) {
    return new BigInteger(hex, HEX);
  }

  /**
   * What is wrong with a serial that a person or another system wrote: a rule's code and a
   * sentence. Empty when it is hex of whole octets.
   */
  public static Optional<Flaw> flawOf(String text) {
    if (text.startsWith("-") || text.startsWith("+")) {
      return flaw("serial-sign", "a serial number has no sign");
    }
    if (!DIGITS.matcher(text).matches()) {
      return flaw("serial-hex", "a serial number is hexadecimal, without prefix or separators");
    }
    if (DECIMAL.matcher(text).matches() && text.length() > LONGEST) {
      return flaw("serial-decimal", "this looks like a decimal number; write it in hexadecimal");
    }
    if (text.length() % 2 != 0) {
      return flaw("serial-odd", "hexadecimal digits come in pairs; put a zero in front");
    }
    if (text.length() > LONGEST) {
      return flaw("serial-length", "a serial number has at most 20 octets");
    }
    return number(text).signum() == 0
        ? flaw("serial-zero", "a serial number is not zero")
        : Optional.empty();
  }

  /** What the digits would be if they had been meant as a decimal number; empty if they cannot. */
  public static Optional<String> ifDecimal(String text) {
    return DECIMAL.matcher(text).matches()
        ? Optional.of(of(new BigInteger(text)).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  private static Optional<Flaw> flaw(String rule, String message) {
    return Optional.of(new Flaw(rule, message));
  }

  /** A broken rule of a serial's form. */
  public record Flaw(String rule, String message) {}
}
