package io.certferry.revocation.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Serves the CRL of the CA {@code builtin}; {@code partnerca} is reached through the partner API.
 */
public class ListServerResource implements QuarkusTestResourceLifecycleManager {

  private @Nullable HttpServer server;

  @Override
  public Map<String, String> start() {
    try {
      Path directory = Files.createTempDirectory("certferry-lists-");
      System.setProperty(Lists.DIRECTORY, directory.toString());
      TestCa.createIn(directory);
      Lists.publish(List.of());
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      started.createContext("/", exchange -> serve(directory, exchange));
      started.setExecutor(Executors.newCachedThreadPool());
      started.start();
      server = started;
      String base = "http://127.0.0.1:" + started.getAddress().getPort();
      return Map.of(
          "certferry.revocation.cas.builtin.crl-urls",
          base + "/ca.crl",
          "certferry.revocation.cas.builtin.issuer-certificates",
          directory.resolve("ca.pem").toString(),
          "certferry.revocation.cas.partnerca.channel",
          "partner",
          "certferry.revocation.cas.partnerca.partner-configuration",
          "conf-1",
          "certferry.revocation.cas.partnerca.crl-urls",
          base + "/ca.crl",
          "certferry.revocation.cas.partnerca.issuer-certificates",
          directory.resolve("ca.pem").toString(),
          "certferry.fetch.allowed-networks",
          "127.0.0.0/8",
          "certferry.fetch.min-interval",
          "PT0.2S");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void serve(Path directory, HttpExchange exchange) throws IOException {
    try (exchange) {
      Path file = directory.resolve(Path.of(exchange.getRequestURI().getPath()).getFileName());
      byte[] bytes = Files.readAllBytes(file);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void stop() {
    if (server != null) {
      server.stop(0);
    }
  }
}
