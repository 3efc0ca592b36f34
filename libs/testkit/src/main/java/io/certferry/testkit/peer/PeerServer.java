package io.certferry.testkit.peer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** An HTTP or HTTPS server on loopback in front of a {@link Function} from request to reply. */
public final class PeerServer implements AutoCloseable {

  private static final long HUGE = 100L * 1024 * 1024;
  private static final int CHUNK = 64 * 1024;

  private final HttpServer server;
  private final String scheme;
  private final Function<PeerRequest, PeerReply> door;
  private final Queue<WireLie> lies = new ArrayDeque<>();
  private final List<PeerRequest> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService pool =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "peer");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Predicate<PeerRequest> lied = request -> request.method().equals("POST");

  private PeerServer(HttpServer server, String scheme, Function<PeerRequest, PeerReply> door) {
    this.server = server;
    this.scheme = scheme;
    this.door = door;
    server.createContext("/", this::serve);
    server.setExecutor(pool);
    server.start();
  }

  /**
   * Starts one.
   *
   * @param tls null for plain HTTP
   * @param wantsClient asks clients for a certificate
   * @param port 0 for any
   */
  public static PeerServer start(
      @Nullable PeerTls tls, boolean wantsClient, int port, Function<PeerRequest, PeerReply> door) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      if (tls == null) {
        return new PeerServer(HttpServer.create(address, 0), "http", door);
      }
      HttpsServer https = HttpsServer.create(address, 0);
      https.setHttpsConfigurator(
          new HttpsConfigurator(tls.context()) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters ours = getSSLContext().getDefaultSSLParameters();
              ours.setWantClientAuth(wantsClient);
              parameters.setSSLParameters(ours);
            }
          });
      return new PeerServer(https, "https", door);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** {@code https://localhost:port} plus a path. */
  public URI url(String path) {
    return URI.create(scheme + "://localhost:" + port() + path);
  }

  /** Queues lies; each request that may be lied to uses one up. */
  public synchronized void lie(WireLie... next) {
    lies.addAll(List.of(next));
  }

  /** Which requests may be lied to; by default each POST. */
  public void lieOnlyTo(Predicate<PeerRequest> which) {
    lied = which;
  }

  /** Everything that came in, oldest first. */
  public List<PeerRequest> seen() {
    return seen;
  }

  private synchronized WireLie next(PeerRequest request) {
    return lied.test(request)
        ? Objects.requireNonNullElse(lies.poll(), WireLie.NONE)
        : WireLie.NONE;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      PeerRequest request = request(exchange);
      seen.add(request);
      answer(exchange, request, next(request));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, PeerRequest request, WireLie lie)
      throws IOException, InterruptedException {
    switch (lie) {
      case NONE -> send(exchange, door.apply(request));
      case DROPS -> work(request);
      case SLOW -> {
        work(request);
        closing.await();
      }
      case ENDLESS -> endless(exchange, door.apply(request), 0);
      case HUGE -> endless(exchange, door.apply(request), HUGE);
      case GARBAGE -> {
        PeerReply honest = door.apply(request);
        send(
            exchange,
            new PeerReply(
                200, honest.headers(), "not what you asked".getBytes(StandardCharsets.UTF_8)));
      }
      case BROKEN -> {
        work(request);
        send(
            exchange,
            PeerReply.of(500, "text/html", "<h1>Oops</h1>".getBytes(StandardCharsets.UTF_8)));
      }
      case BUSY -> send(exchange, PeerReply.text(503, "later").with("Retry-After", "30"));
      case UNAUTHORIZED -> send(exchange, PeerReply.text(401, "who are you?"));
    }
  }

  /** The CA does it, and nobody hears of it. */
  private void work(PeerRequest request) {
    var unused = door.apply(request);
  }

  private void endless(HttpExchange exchange, PeerReply honest, long announced)
      throws IOException, InterruptedException {
    honest.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(200, announced);
    byte[] chunk = new byte[CHUNK];
    java.util.Arrays.fill(chunk, (byte) 'A');
    OutputStream out = exchange.getResponseBody();
    for (long sent = 0; announced == 0 || sent < announced; sent += CHUNK) {
      out.write(chunk);
      if (closing.await(1, java.util.concurrent.TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private static void send(HttpExchange exchange, PeerReply reply) throws IOException {
    if (reply.status() == 0) {
      return;
    }
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(
        reply.status(), reply.body().length == 0 ? -1 : reply.body().length);
    if (reply.body().length > 0) {
      exchange.getResponseBody().write(reply.body());
    }
  }

  private static PeerRequest request(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    URI uri = exchange.getRequestURI();
    return new PeerRequest(
        exchange.getRequestMethod(),
        uri.getPath(),
        Objects.requireNonNullElse(uri.getQuery(), ""),
        headers,
        exchange.getRequestBody().readAllBytes(),
        client(exchange));
  }

  private static String client(HttpExchange exchange) {
    if (!(exchange instanceof HttpsExchange https)) {
      return "";
    }
    try {
      return https.getSSLSession().getPeerPrincipal().getName().replaceFirst("^CN=", "");
    } catch (SSLPeerUnverifiedException e) {
      return "";
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    pool.shutdownNow();
  }
}
