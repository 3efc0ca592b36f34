package io.certferry.gateway.registry;

import io.certferry.pki.CryptoProviders;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a connector runs on, as it says in its heartbeat.
 *
 * @param fips whether only approved algorithms are at work
 * @param tlsVersions that it speaks with CAs, newest first
 * @param lastError one sentence about a CA that does not answer, if one does not
 */
public record ConnectorRuntime(boolean fips, List<String> tlsVersions, @Nullable String lastError) {

  private static final List<String> FLOOR = List.of("TLSv1.3", "TLSv1.2");

  /** Nothing is known of it yet. */
  static final ConnectorRuntime UNKNOWN = new ConnectorRuntime(false, List.of(), null);

  /** Of this process. */
  static ConnectorRuntime here(@Nullable String lastError) {
    return new ConnectorRuntime(CryptoProviders.isApprovedOnly(), supportedTls(), lastError);
  }

  private static List<String> supportedTls() {
    try {
      List<String> supported =
          Stream.of(SSLContext.getDefault().getSupportedSSLParameters().getProtocols()).toList();
      return FLOOR.stream().filter(supported::contains).toList();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no TLS", e);
    }
  }
}
