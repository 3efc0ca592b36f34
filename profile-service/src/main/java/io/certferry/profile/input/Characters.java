package io.certferry.profile.input;

/** Which characters a text from outside may hold. */
public final class Characters {

  private Characters() {}

  /**
   * Neither control characters (line breaks and tabs aside) nor half a surrogate pair, which no
   * UTF-8 can hold.
   */
  public static boolean areStorable(String text) {
    return text.codePoints()
        .noneMatch(
            c ->
                (Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t')
                    || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  /** No control characters at all. */
  public static boolean arePlain(String text) {
    return areStorable(text) && text.chars().noneMatch(Character::isISOControl);
  }
}
