package io.certferry.gateway.driver.wire;

import io.certferry.contracts.Bytes;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request.
 *
 * @param method GET or POST
 * @param headers names as sent
 * @param body null for GET
 * @param basic whether name and password go along as HTTP Basic, when there are any
 * @param proof makes the Authorization header once the connection stands
 */
public record HttpCall(
    String method,
    URI url,
    Map<String, String> headers,
    @Nullable Bytes body,
    boolean basic,
    @Nullable Proof proof) {

  /** Who we are, to the server at the other end of this very connection. May block. */
  @FunctionalInterface
  public interface Proof {

    /**
     * The value of an Authorization header.
     *
     * @param server its certificate; empty without TLS
     * @throws NoProofException if it cannot be had: then nothing is sent
     */
    String authorization(Optional<X509Certificate> server) throws NoProofException;
  }

  /** Why nothing is sent. */
  public static final class NoProofException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Fault fault;

    public NoProofException(Fault fault, Throwable cause) {
      super(fault.sentence(), cause);
      this.fault = fault;
    }

    public Fault fault() {
      return fault;
    }
  }

  public HttpCall {
    headers = Map.copyOf(headers);
  }

  public static HttpCall get(URI url) {
    return new HttpCall("GET", url, Map.of(), null, true, null);
  }

  public static HttpCall post(URI url, String contentType, byte[] body) {
    return new HttpCall(
        "POST", url, Map.of("Content-Type", contentType), Bytes.of(body), true, null);
  }

  /** The same with one more header. */
  public HttpCall with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new HttpCall(method, url, more, body, basic, proof);
  }

  /** The same without HTTP Basic: the message carries the credentials. */
  public HttpCall withoutBasic() {
    return new HttpCall(method, url, headers, body, false, proof);
  }

  /** The same, proven by something that is bound to the connection. */
  public HttpCall proven(Proof by) {
    return new HttpCall(method, url, headers, body, false, by);
  }
}
