package io.certferry.revocation.oauth;

import com.microsoft.aad.msal4j.HttpRequest;
import com.microsoft.aad.msal4j.HttpResponse;
import com.microsoft.aad.msal4j.IHttpClient;
import com.microsoft.aad.msal4j.IHttpResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings MSAL's requests to the service under test, whatever host they name: as the hosts file and
 * the TLS endpoint do for a client that is pointed here.
 */
final class LoopbackHttp implements IHttpClient {

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI service;
  private final List<String> asked = new ArrayList<>();

  LoopbackHttp(URI service) {
    this.service = service;
  }

  /** Method, host and path of every request so far. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public IHttpResponse send(HttpRequest request) throws IOException, InterruptedException {
    asked.add(request.httpMethod() + " " + request.url().getHost() + request.url().getPath());
    var builder =
        java.net.http.HttpRequest.newBuilder(service.resolve(request.url().getFile()))
            .method(
                request.httpMethod().name(),
                request.body() == null
                    ? java.net.http.HttpRequest.BodyPublishers.noBody()
                    : java.net.http.HttpRequest.BodyPublishers.ofString(request.body()));
    request.headers().forEach(builder::header);
    var answer = http.send(builder.build(), java.net.http.HttpResponse.BodyHandlers.ofString());
    HttpResponse response = new HttpResponse().statusCode(answer.statusCode()).body(answer.body());
    response.addHeaders(answer.headers().map());
    return response;
  }
}
