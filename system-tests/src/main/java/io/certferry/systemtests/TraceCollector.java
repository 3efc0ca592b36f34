package io.certferry.systemtests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes what the services export by OTLP over HTTP, and finds text in what belongs to a trace. */
final class TraceCollector implements AutoCloseable {

  private final HttpServer server;
  private final List<String> exports = new CopyOnWriteArrayList<>();

  private TraceCollector(HttpServer server) {
    this.server = server;
  }

  static TraceCollector start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      TraceCollector collector = new TraceCollector(server);
      server.createContext("/v1/traces", collector::take);
      server.start();
      return collector;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What makes a service export, and only what a caller sampled. */
  Map<String, String> settings() {
    return Map.of(
        "quarkus.otel.sdk.disabled", "false",
        "quarkus.otel.traces.sampler.arg", "0",
        "quarkus.otel.exporter.otlp.protocol", "http/protobuf",
        "quarkus.otel.exporter.otlp.endpoint", "http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Protobuf keeps ids and text as they are, so it is searched byte by byte. */
  private void take(HttpExchange exchange) throws IOException {
    exports.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  /**
   * Whether an export holds spans of the trace and this text, such as a service's or span's name.
   */
  boolean has(String traceId, String text) {
    String id = new String(HexFormat.of().parseHex(traceId), StandardCharsets.ISO_8859_1);
    return exports.stream().anyMatch(export -> export.contains(id) && export.contains(text));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
