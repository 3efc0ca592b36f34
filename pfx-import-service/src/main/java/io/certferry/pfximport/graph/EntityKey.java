package io.certferry.pfximport.graph;

import io.certferry.contracts.UserIds;
import io.certferry.pfximport.imported.ImportedPfx;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The key of an entity: {@code {user id without dashes}-{thumbprint}}. Microsoft's tool puts a user
 * principal name in the first place when it removes by user and thumbprint, so that is taken too.
 *
 * @param thumbprint upper case
 */
record EntityKey(UUID userId, String thumbprint) {

  private static final Pattern HEX_32 = Pattern.compile("[0-9a-fA-F]{32}");
  private static final Pattern HEX_40 = Pattern.compile("[0-9a-fA-F]{40}");
  private static final int LONGEST = 400;

  /** Empty for what is no key. */
  static Optional<EntityKey> parse(String tenant, String text) {
    String key = unquoted(withoutParentheses(text));
    int dash = key.lastIndexOf('-');
    if (key.length() > LONGEST || dash < 1) {
      return Optional.empty();
    }
    String user = key.substring(0, dash);
    String thumbprint = key.substring(dash + 1);
    if (!HEX_40.matcher(thumbprint).matches()) {
      return Optional.empty();
    }
    UUID userId = HEX_32.matcher(user).matches() ? dashed(user) : UserIds.of(tenant, user);
    return Optional.of(new EntityKey(userId, thumbprint.toUpperCase(Locale.ROOT)));
  }

  private static String withoutParentheses(String text) {
    boolean inside = text.length() >= 2 && text.startsWith("(") && text.endsWith(")");
    return inside ? text.substring(1, text.length() - 1) : text;
  }

  private static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("'") && text.endsWith("'");
    return quoted ? text.substring(1, text.length() - 1).replace("''", "'") : text;
  }

  private static UUID dashed(String hex) {
    return new UUID(
        Long.parseUnsignedLong(hex.substring(0, 16), 16),
        Long.parseUnsignedLong(hex.substring(16), 16));
  }

  /** As answers write it. */
  static String of(ImportedPfx pfx) {
    return pfx.userId().toString().replace("-", "")
        + "-"
        + pfx.thumbprint().toLowerCase(Locale.ROOT);
  }
}
