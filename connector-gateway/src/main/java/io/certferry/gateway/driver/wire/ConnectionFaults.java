package io.certferry.gateway.driver.wire;

import io.certferry.gateway.driver.wire.HttpOutcome.Lost;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** What the causes of a failed connection mean. */
final class ConnectionFaults {

  private static final int DEEPEST = 10;

  private ConnectionFaults() {}

  static Fault of(Throwable failure) {
    List<Throwable> causes = causes(failure);
    if (any(causes, UnknownHostException.class)) {
      return Fault.NAME_NOT_FOUND;
    }
    if (causes.stream().anyMatch(ConnectionFaults::isOfTheProxy)) {
      return causes.stream().anyMatch(cause -> String.valueOf(cause.getMessage()).contains("407"))
          ? Fault.PROXY_CREDENTIALS_REFUSED
          : Fault.PROXY_REFUSED;
    }
    return isTls(causes) ? tls(causes) : connection(causes);
  }

  private static Fault tls(List<Throwable> causes) {
    return any(causes, CertificateException.class) ? Fault.TLS_UNTRUSTED : Fault.TLS_FAILED;
  }

  private static Fault connection(List<Throwable> causes) {
    boolean refused =
        any(causes, ConnectException.class)
            && causes.stream()
                .anyMatch(cause -> String.valueOf(cause.getMessage()).contains("refused"));
    return refused ? Fault.CONNECTION_REFUSED : Fault.UNREACHABLE;
  }

  /**
   * With TLS 1.3 a server refuses a client certificate only after the handshake; it has then read
   * nothing of the request.
   */
  static HttpOutcome afterSending(Throwable failure) {
    return any(causes(failure), SSLHandshakeException.class)
        ? new NotSent(Fault.TLS_FAILED)
        : new Lost(Fault.CONNECTION_LOST);
  }

  private static boolean isTls(List<Throwable> causes) {
    return any(causes, SSLException.class) || any(causes, CertificateException.class);
  }

  private static boolean isOfTheProxy(Throwable cause) {
    return cause.getClass().getName().contains("Proxy");
  }

  private static boolean any(List<Throwable> causes, Class<? extends Throwable> type) {
    return causes.stream().anyMatch(type::isInstance);
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && causes.size() < DEEPEST;
        cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }
}
