package io.certferry.gateway.driver.wire;

import io.certferry.gateway.driver.DriverConfig;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens connections with the identity and trust that the files hold now. Thread-safe. */
final class Connections implements AutoCloseable {

  private static final Set<String> TLS = Set.of("TLSv1.2", "TLSv1.3");
  private static final int MOST = 64;

  private final Vertx vertx;
  private final DriverConfig config;
  private @Nullable HttpClient client;
  private String madeOf = "";

  Connections(Vertx vertx, DriverConfig config) {
    this.vertx = vertx;
    this.config = config;
  }

  /**
   * The client, made anew when the credentials changed.
   *
   * @throws IOException if a file cannot be read
   */
  synchronized HttpClient current(Credentials credentials) throws IOException {
    String now = credentials.fingerprint();
    HttpClient current = client;
    if (current == null || !now.equals(madeOf)) {
      close();
      current = vertx.createHttpClient(options(credentials));
      client = current;
      madeOf = now;
    }
    return current;
  }

  private HttpClientOptions options(Credentials credentials) throws IOException {
    HttpClientOptions options =
        new HttpClientOptions()
            .setKeepAlive(false)
            .setMaxPoolSize(MOST)
            .setConnectTimeout((int) config.http().connectTimeout().toMillis())
            .setSslHandshakeTimeout(config.http().connectTimeout().toMillis())
            .setSslHandshakeTimeoutUnit(java.util.concurrent.TimeUnit.MILLISECONDS)
            .setVerifyHost(true)
            .setEnabledSecureTransportProtocols(TLS);
    identity(options);
    proxy(options, credentials);
    return options;
  }

  private void identity(HttpClientOptions options) {
    DriverConfig.Tls tls = config.tls();
    tls.trust()
        .ifPresent(
            file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    if (tls.clientCertificate().isPresent() && tls.clientKey().isPresent()) {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .addCertPath(tls.clientCertificate().get().toString())
              .addKeyPath(tls.clientKey().get().toString()));
    }
  }

  private void proxy(HttpClientOptions options, Credentials credentials) throws IOException {
    DriverConfig.Proxy proxy = config.proxy();
    if (proxy.url().isEmpty()) {
      return;
    }
    ProxyOptions through =
        new ProxyOptions()
            .setType(ProxyType.HTTP)
            .setHost(proxy.url().get().getHost())
            .setPort(proxy.url().get().getPort());
    proxy.username().ifPresent(through::setUsername);
    credentials.proxyPassword().ifPresent(through::setPassword);
    options.setProxyOptions(through);
    options.setNonProxyHosts(proxy.exclude().orElse(List.of()));
  }

  @Override
  public synchronized void close() {
    HttpClient old = client;
    client = null;
    if (old != null) {
      old.close();
    }
  }
}
