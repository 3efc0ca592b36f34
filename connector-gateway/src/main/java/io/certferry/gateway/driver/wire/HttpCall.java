package io.certferry.gateway.driver.wire;

import io.certferry.contracts.Bytes;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request.
 *
 * @param method GET or POST
 * @param headers names as sent
 * @param body null for GET
 * @param basic whether name and password go along as HTTP Basic, when there are any
 */
public record HttpCall(
    String method, URI url, Map<String, String> headers, @Nullable Bytes body, boolean basic) {

  public HttpCall {
    headers = Map.copyOf(headers);
  }

  public static HttpCall get(URI url) {
    return new HttpCall("GET", url, Map.of(), null, true);
  }

  public static HttpCall post(URI url, String contentType, byte[] body) {
    return new HttpCall("POST", url, Map.of("Content-Type", contentType), Bytes.of(body), true);
  }

  /** The same with one more header. */
  public HttpCall with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new HttpCall(method, url, more, body, basic);
  }

  /** The same without HTTP Basic: the message carries the credentials. */
  public HttpCall withoutBasic() {
    return new HttpCall(method, url, headers, body, false);
  }
}
