package io.certferry.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.UUID;

/** How users are named who are only known by their user principal name, as those of imports are. */
public final class UserIds {

  /** UUIDv5 of {@code https://certferry.io/users} in the URL name space. */
  private static final UUID NAMESPACE = UUID.fromString("2b4b6c60-db9d-5eeb-b90e-c8e7ff11b5dd");

  private UserIds() {}

  /** UUIDv5 (RFC 9562 section 5.5) of {@code tenant/upn}, the UPN in lower case. */
  public static UUID of(String tenant, String userPrincipalName) {
    byte[] name = (tenant + "/" + lower(userPrincipalName)).getBytes(UTF_8);
    byte[] hash =
        sha1(
            ByteBuffer.allocate(16 + name.length)
                .putLong(NAMESPACE.getMostSignificantBits())
                .putLong(NAMESPACE.getLeastSignificantBits())
                .put(name)
                .array());
    hash[6] = (byte) ((hash[6] & 0x0f) | 0x50);
    hash[8] = (byte) ((hash[8] & 0x3f) | 0x80);
    ByteBuffer bytes = ByteBuffer.wrap(hash);
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  /** The form in which UPNs are compared and published. */
  public static String lower(String userPrincipalName) {
    return userPrincipalName.toLowerCase(Locale.ROOT);
  }

  /** The RFC asks for SHA-1; nothing secret depends on it. */
  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
