package io.certferry.gateway.driver.cmp;

/** Texts inside RFC 4514 names. */
final class X500Names {

  private X500Names() {}

  static String escaped(String value) {
    return value.replaceAll("([,+\"\\\\<>;=#])", "\\\\$1");
  }
}
