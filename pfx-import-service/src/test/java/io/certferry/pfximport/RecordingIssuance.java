package io.certferry.pfximport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.certferry.contracts.ContractJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small issuance-service that keeps to docs/contracts/internal-packages.md: takes packages once,
 * answers 409 to other bytes under the same id. Tests look into it over HTTP, because Quarkus loads
 * classes more than once in one JVM.
 */
public final class RecordingIssuance {

  private static final String PROPERTY = "certferry.test.issuance";

  private final Map<String, ObjectNode> packages = new ConcurrentHashMap<>();
  private final AtomicInteger puts = new AtomicInteger();
  private volatile int refuseWith;

  private RecordingIssuance() {}

  /** Its base URL; starts it at the first call. */
  static String url() {
    synchronized (Runtime.getRuntime()) {
      String url = System.getProperty(PROPERTY);
      if (url == null) {
        url = new RecordingIssuance().start();
        System.setProperty(PROPERTY, url);
      }
      return url;
    }
  }

  private String start() {
    try {
      InetAddress loopback = InetAddress.getByName("127.0.0.1");
      HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
      server.createContext("/internal/v1/packages/", this::put);
      server.createContext("/test/", this::control);
      server.setExecutor(
          Executors.newCachedThreadPool(
              work -> {
                Thread thread = new Thread(work, "recording-issuance");
                thread.setDaemon(true);
                return thread;
              }));
      server.start();
      return "http://127.0.0.1:" + server.getAddress().getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void put(HttpExchange call) throws IOException {
    puts.incrementAndGet();
    String id = call.getRequestURI().getPath().substring("/internal/v1/packages/".length());
    ObjectNode body = (ObjectNode) ContractJson.mapper().readTree(call.getRequestBody());
    if (refuseWith != 0) {
      answer(call, refuseWith, "");
      return;
    }
    body.put("packageId", id);
    ObjectNode known = packages.putIfAbsent(id, body);
    if (known == null) {
      answer(call, 201, "");
    } else {
      answer(call, known.get("sha256").equals(body.get("sha256")) ? 200 : 409, "");
    }
  }

  private void control(HttpExchange call) throws IOException {
    String path = call.getRequestURI().getPath();
    if (path.startsWith("/test/refuse/")) {
      refuseWith = Integer.parseInt(path.substring("/test/refuse/".length()));
      answer(call, 204, "");
    } else if (path.equals("/test/puts")) {
      answer(call, 200, Integer.toString(puts.get()));
    } else {
      ObjectNode all = ContractJson.mapper().createObjectNode();
      packages.forEach(all::set);
      answer(call, 200, all.toString());
    }
  }

  private static void answer(HttpExchange call, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    call.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      call.getResponseBody().write(bytes);
    }
    call.close();
  }

  /** All packages by their ids. */
  public static JsonNode packages() {
    try {
      return ContractJson.mapper().readTree(get("/test/packages"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often it was called. */
  public static int puts() {
    return Integer.parseInt(get("/test/puts"));
  }

  /** Answers everything with this status from now on; 0 ends it. */
  public static void refuse(int status) {
    get("/test/refuse/" + status);
  }

  private static String get(String path) {
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(URI.create(url() + path)).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
