package io.certferry.gateway.driver.adcs;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ietf.jgss.ChannelBinding;

/**
 * The channel binding {@code tls-server-end-point} (RFC 5929 section 4). Windows wants an address
 * type that only a class inside the JDK writes; it is reachable where the JVM exports {@code
 * sun.security.jgss.krb5.internal}, as the manifest of the packaged service asks.
 */
final class TlsEndpoint {

  private static final String BINDING = "sun.security.jgss.krb5.internal.TlsChannelBindingImpl";
  private static final byte[] PREFIX = "tls-server-end-point:".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern SIGNATURE =
      Pattern.compile("SHA(224|256|384|512)WITH.*", Pattern.CASE_INSENSITIVE);

  private TlsEndpoint() {}

  /** Empty where the JDK does not let us. */
  static Optional<ChannelBinding> binding(X509Certificate server) {
    try {
      return Optional.of(
          (ChannelBinding)
              Class.forName(BINDING)
                  .getConstructor(byte[].class)
                  .newInstance((Object) data(server)));
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }

  /** Whether bindings can be made here. */
  static boolean isSupported() {
    try {
      Class<?> type = Class.forName(BINDING);
      return type.getModule().isExported(type.getPackageName(), TlsEndpoint.class.getModule());
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  static byte[] data(X509Certificate server) {
    try {
      byte[] hash = MessageDigest.getInstance(digest(server)).digest(server.getEncoded());
      byte[] data = java.util.Arrays.copyOf(PREFIX, PREFIX.length + hash.length);
      System.arraycopy(hash, 0, data, PREFIX.length, hash.length);
      return data;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** That of the certificate's signature; SHA-256 for weaker ones and for those that name none. */
  private static String digest(X509Certificate server) {
    Matcher signature = SIGNATURE.matcher(server.getSigAlgName().toUpperCase(Locale.ROOT));
    return signature.matches() ? "SHA-" + signature.group(1) : "SHA-256";
  }
}
