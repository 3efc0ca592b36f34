package io.certferry.pki;

import io.certferry.pki.cms.CmsEnvelopes;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.KeyWrap;
import io.certferry.pki.key.Passwords;
import io.certferry.pki.key.SecretAccess;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.pkcs12.Pkcs12Files;
import io.certferry.pki.pkcs12.Pkcs12Profile;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;

/** What a connector and issuance-service do all day, in a process of its own in FIPS mode. */
final class ApprovedOnly {

  private static final byte[] CONTENT = "a package".getBytes(StandardCharsets.UTF_8);

  private ApprovedOnly() {}

  /** Prints one line for each thing that worked as it should. */
  public static void main(String[] arguments) throws Exception {
    say("provider " + CryptoProviders.install() + " " + CryptoProviders.isApprovedOnly());
    say("at work " + atWork());
    for (KeySpec spec : List.of(KeySpec.EC_256, KeySpec.RSA_2048)) {
      GeneratedKey key = TestPki.key(spec);
      byte[] leaf = TestPki.leaf(spec);
      String kind = spec.algorithm().name();
      say("certificate for " + kind + " " + (leaf.length > 0));
      say("envelope to " + kind + " " + isOpened(key, leaf));
      say("package with " + kind + " " + (packaged(Pkcs12Profile.MODERN, key, leaf).length > 0));
      say("legacy refused " + isRefused(() -> packaged(Pkcs12Profile.LEGACY, key, leaf)));
      say("old envelope refused " + isRefused(() -> CmsEnvelopes.sealEnvelopedData(CONTENT, leaf)));
    }
    say("wrapped key " + isWrapped());
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static List<String> atWork() throws Exception {
    return List.of(
        KeyPairGenerator.getInstance("RSA").getProvider().getName(),
        Signature.getInstance("SHA256withECDSA").getProvider().getName(),
        MessageDigest.getInstance("SHA-256").getProvider().getName(),
        Cipher.getInstance("AES/GCM/NoPadding").getProvider().getName());
  }

  private static boolean isOpened(GeneratedKey key, byte[] certificate) {
    byte[] envelope = CmsEnvelopes.seal(CONTENT, certificate);
    try (SecretBytes opened = CmsEnvelopes.open(envelope, key.pkcs8(), certificate)) {
      return Arrays.equals(opened.expose(SecretAccess.granted()), CONTENT);
    }
  }

  private static byte[] packaged(Pkcs12Profile profile, GeneratedKey key, byte[] leaf) {
    try (SecretBytes password = Passwords.random()) {
      return Pkcs12Files.build(
          profile, key.pkcs8(), leaf, List.of(TestPki.ISSUING), "Wi-Fi", password);
    }
  }

  private static boolean isRefused(Runnable what) {
    try {
      what.run();
      return false;
    } catch (PkiException e) {
      return e.reason() == PkiException.Reason.ALGORITHM;
    }
  }

  private static boolean isWrapped() {
    byte[] kek = new byte[KeyWrap.KEY_BYTES];
    try (SecretBytes secret = KeyWrap.newKey()) {
      byte[] wrapped = KeyWrap.wrap(kek, secret, CONTENT);
      try (SecretBytes opened = KeyWrap.unwrap(kek, wrapped, CONTENT)) {
        return Arrays.equals(
            opened.expose(SecretAccess.granted()), secret.expose(SecretAccess.granted()));
      }
    }
  }
}
