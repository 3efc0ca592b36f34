package io.certferry.contracts.grant;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads signing and verification keys from PEM (RFC 7468) and names them. */
public final class JwsKeys {

  static final String GRANT_TYPE = "certferry-grant+jwt";
  static final String COMMAND_TYPE = "certferry-command+jwt";

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  private JwsKeys() {}

  /** {@code kid}: base64url SHA-256 of the SPKI. */
  public static String keyId(PublicKey key) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(key.getEncoded()));
  }

  /** Lower-case hex SHA-256, the form in which grants and authorisations name what they bind. */
  public static String sha256Hex(byte[] data) {
    return HexFormat.of().formatHex(sha256(data));
  }

  /** Lower-case hex SHA-256 of a compact JWS. */
  public static String sha256Hex(String compactJws) {
    return sha256Hex(compactJws.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * A signing key from a file with the blocks {@code PRIVATE KEY} (PKCS#8) and {@code PUBLIC KEY}.
   *
   * @throws IllegalArgumentException if a block is missing or not an EC key
   */
  public static JwsSigner signer(String pem) {
    PrivateKey key = null;
    PublicKey publicKey = null;
    Matcher blocks = PEM.matcher(pem);
    while (blocks.find()) {
      byte[] der = Base64.getMimeDecoder().decode(blocks.group(2));
      if (blocks.group(1).equals("PRIVATE KEY")) {
        key = privateKey(der);
      } else if (blocks.group(1).equals("PUBLIC KEY")) {
        publicKey = publicKey(der);
      }
    }
    if (key == null || publicKey == null) {
      throw new IllegalArgumentException(
          "a signing key file needs a PRIVATE KEY and a PUBLIC KEY block");
    }
    return new JwsSigner(key, publicKey);
  }

  /**
   * A verifier from a file with one or more {@code PUBLIC KEY} blocks.
   *
   * @throws IllegalArgumentException if it has none
   */
  public static JwsVerifier verifier(String pem) {
    List<PublicKey> keys = new ArrayList<>();
    Matcher blocks = PEM.matcher(pem);
    while (blocks.find()) {
      if (blocks.group(1).equals("PUBLIC KEY")) {
        keys.add(publicKey(Base64.getMimeDecoder().decode(blocks.group(2))));
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a verification key file needs a PUBLIC KEY block");
    }
    return new JwsVerifier(keys);
  }

  private static PrivateKey privateKey(byte[] der) {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an EC private key in PKCS#8");
    }
  }

  private static PublicKey publicKey(byte[] der) {
    try {
      return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an EC public key");
    }
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
