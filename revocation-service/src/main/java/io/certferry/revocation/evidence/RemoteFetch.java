package io.certferry.revocation.evidence;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches from addresses that the operator configured, and from nowhere else: the host is resolved
 * once, every address it has must be allowed, the connection goes to the address that was checked,
 * and no redirect is followed. Size and time are bounded. For worker threads.
 */
@Singleton
class RemoteFetch {

  private static final int OK = 200;
  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  private final HttpClient client;
  private final Networks networks;
  private final FetchConfig config;

  RemoteFetch(Vertx vertx, FetchConfig config) {
    this.client = vertx.createHttpClient(options(config));
    this.networks = Networks.allowing(config.allowedNetworks().orElse(List.of()));
    this.config = config;
  }

  private static HttpClientOptions options(FetchConfig config) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setKeepAlive(false)
            .setTryUseCompression(false)
            .setConnectTimeout((int) config.connectTimeout().toMillis())
            .setMaxPoolSize(4);
    config
        .trust()
        .ifPresent(
            file -> options.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    return options;
  }

  /** GET. */
  byte[] get(URI uri) throws EvidenceException {
    return exchange(uri, HttpMethod.GET, null, null);
  }

  /** POST of an OCSP request (RFC 6960 appendix A). */
  byte[] post(URI uri, String contentType, byte[] body) throws EvidenceException {
    return exchange(uri, HttpMethod.POST, contentType, body);
  }

  private byte[] exchange(
      URI uri, HttpMethod method, @Nullable String contentType, byte @Nullable [] body)
      throws EvidenceException {
    checkForm(uri);
    Answer answer = new Answer(config.maxBytes());
    RequestOptions request = request(uri, method, resolve(uri.getHost()));
    client
        .request(request)
        .compose(
            open -> {
              answer.cancelWith(open::reset);
              if (contentType != null) {
                open.putHeader("Content-Type", contentType);
              }
              return body == null ? open.send() : open.send(Buffer.buffer(body));
            })
        .onSuccess(answer::read)
        .onFailure(answer::fail);
    return answer.await(config.timeout().toMillis());
  }

  private static void checkForm(URI uri) throws EvidenceException {
    boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!web || uri.getHost() == null || uri.getUserInfo() != null) {
      throw new EvidenceException(
          EvidenceProblem.ADDRESS_MALFORMED, "only http and https addresses with a host");
    }
  }

  /** All addresses of the host must be allowed, else a second answer could smuggle one in. */
  private InetAddress resolve(String host) throws EvidenceException {
    try {
      InetAddress[] addresses = InetAddress.getAllByName(host);
      for (InetAddress address : addresses) {
        if (!networks.allows(address)) {
          throw new EvidenceException(
              EvidenceProblem.ADDRESS_NOT_ALLOWED,
              "the host " + host + " lies in a network that is not allowed");
        }
      }
      return addresses[0];
    } catch (UnknownHostException e) {
      throw new EvidenceException(
          EvidenceProblem.HOST_UNKNOWN, "the host " + host + " does not resolve");
    }
  }

  private RequestOptions request(URI uri, HttpMethod method, InetAddress address) {
    boolean tls = uri.getScheme().equals("https");
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? HTTPS : HTTP;
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return new RequestOptions()
        .setMethod(method)
        .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
        .setHost(uri.getHost())
        .setPort(port)
        .setSsl(tls)
        .setURI(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery())
        .setFollowRedirects(false)
        .setTimeout(config.timeout().toMillis());
  }

  /** An answer on its way, at most so many bytes. */
  private static final class Answer {
    private final int maxBytes;
    private final CompletableFuture<byte[]> bytes = new CompletableFuture<>();
    private final Buffer received = Buffer.buffer();
    private volatile Runnable cancel = () -> {};

    Answer(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    void cancelWith(Runnable action) {
      cancel = action;
    }

    void read(HttpClientResponse response) {
      response.exceptionHandler(this::fail);
      if (response.statusCode() / 100 == 3) {
        refuse(EvidenceProblem.REDIRECTED, "the server answered with a redirect");
        return;
      }
      if (response.statusCode() != OK) {
        refuse(EvidenceProblem.HTTP_STATUS, "the server answered " + response.statusCode());
        return;
      }
      response.handler(this::take);
      response.endHandler(end -> bytes.complete(received.getBytes()));
    }

    private void take(Buffer part) {
      if (received.length() + part.length() > maxBytes) {
        refuse(EvidenceProblem.TOO_LARGE, "more than " + maxBytes + " bytes");
      } else {
        received.appendBuffer(part);
      }
    }

    private void refuse(EvidenceProblem problem, String message) {
      bytes.completeExceptionally(new EvidenceException(problem, message));
      cancel.run();
    }

    void fail(Throwable cause) {
      EvidenceProblem problem =
          cause instanceof TimeoutException || cause instanceof io.vertx.core.VertxException
              ? EvidenceProblem.TIMEOUT
              : EvidenceProblem.UNREACHABLE;
      bytes.completeExceptionally(new EvidenceException(problem, cause.getClass().getSimpleName()));
    }

    byte[] await(long millis) throws EvidenceException {
      try {
        return bytes.get(millis, TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof EvidenceException known) {
          throw known;
        }
        throw new EvidenceException(EvidenceProblem.UNREACHABLE, String.valueOf(e.getMessage()));
      } catch (TimeoutException e) {
        cancel.run();
        throw new EvidenceException(
            EvidenceProblem.TIMEOUT, "no complete answer within " + millis + " ms");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        cancel.run();
        throw new EvidenceException(EvidenceProblem.TIMEOUT, "interrupted");
      }
    }
  }
}
