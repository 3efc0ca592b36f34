package io.certferry.testkit.peer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP proxy on loopback that tunnels by CONNECT for those who know the password. */
public final class ConnectProxy implements AutoCloseable {

  private final ServerSocket socket;
  private final String expected;
  private final AtomicInteger tunnels = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();

  public ConnectProxy(String user, String password) {
    String pair = user + ":" + password;
    expected = "basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    background(this::accept);
  }

  public URI url() {
    return URI.create("http://localhost:" + socket.getLocalPort());
  }

  /** How many connections went through. */
  public int tunnels() {
    return tunnels.get();
  }

  /** How many were refused for their credentials. */
  public int refusals() {
    return refusals.get();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        background(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      if (!head.toLowerCase(Locale.ROOT)
          .contains("proxy-authorization: " + expected.toLowerCase(Locale.ROOT))) {
        refusals.incrementAndGet();
        say(
            client,
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      String[] target = head.split(" ", 3)[1].split(":");
      try (Socket server = new Socket(target[0], Integer.parseInt(target[1]))) {
        tunnels.incrementAndGet();
        say(client, "HTTP/1.1 200 Connection established\r\n\r\n");
        Thread back = background(() -> pipe(server, client));
        pipe(client, server);
        back.join();
      }
    } catch (IOException e) {
      // the tunnel ends
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.US_ASCII);
  }

  private static void pipe(Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      from.getInputStream().transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      // the other side hung up
    }
  }

  private static Thread background(Runnable task) {
    Thread thread = new Thread(task, "connect-proxy");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
