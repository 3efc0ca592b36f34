package io.certferry.gateway.identity;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.gateway.registry.ConnectorStore;
import io.certferry.gateway.registry.RegistrarUnavailableException;
import io.certferry.gateway.registry.Registration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Calls a registrar (docs/contracts/registrar.md), by TLS 1.2 at least. Blocking. */
final class RegistrarClient {

  private final URI base;
  private final Duration timeout;

  RegistrarClient(URI base, Duration timeout) {
    this.base = base;
    this.timeout = timeout;
  }

  /** The registrar says no, and will say so again. */
  static final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;
    private final transient Registration.Refused refusal;

    RefusedException(Registration.Refused refusal) {
      super(refusal.message());
      this.refusal = refusal;
    }

    Registration.Refused refusal() {
      return refusal;
    }
  }

  /** An identity as it comes. */
  record Given(Bytes certificate, Bytes ca) {}

  record Standing(String state, @Nullable String code, @Nullable String message) {}

  record Refusal(@Nullable String type, @Nullable String detail) {}

  Given enrol(String token, byte[] csr) throws RefusedException {
    String[] parts = token.split("\\.", 2);
    if (parts.length < 2) {
      throw new RefusedException(
          new Registration.Refused("token-malformed", "The token file holds no token."));
    }
    Map<String, Object> body = Map.of("token", parts[0], "csr", Bytes.of(csr));
    return call("enrolments", body, context(null, parts[1]), Given.class);
  }

  Given renew(TenantIdentity.Usable identity, byte[] csr) throws RefusedException {
    SSLContext context = context(identity.keys(), identity.caSha256());
    return call("renewals", Map.of("csr", Bytes.of(csr)), context, Given.class);
  }

  Registration report(TenantIdentity.Usable identity, ConnectorStore.Report report)
      throws RefusedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("session", report.session());
    body.put("takesOver", report.takesOver());
    body.put("report", report.content());
    body.put("runtime", report.runtime());
    SSLContext context = context(identity.keys(), identity.caSha256());
    Standing standing = call("reports", body, context, Standing.class);
    return standing.state().equals("active")
        ? new Registration.Active()
        : new Registration.Refused(
            Optional.ofNullable(standing.code()).orElse("refused"),
            Optional.ofNullable(standing.message()).orElse("The registrar refuses."));
  }

  private <T> T call(String path, Map<String, Object> body, SSLContext context, Class<T> type)
      throws RefusedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/registrar/v1/" + path))
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(ContractJson.write(body)))
            .build();
    try {
      HttpResponse<byte[]> response =
          client(context).send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() == 200) {
        return ContractJson.mapper().readValue(response.body(), type);
      }
      if (response.statusCode() >= 500) {
        throw new IOException("the registrar answered " + response.statusCode());
      }
      throw new RefusedException(refusal(response));
    } catch (IOException e) {
      throw new RegistrarUnavailableException("the registrar does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistrarUnavailableException("this connector stops", e);
    }
  }

  private static Registration.Refused refusal(HttpResponse<byte[]> response) throws IOException {
    Refusal refusal = ContractJson.mapper().readValue(response.body(), Refusal.class);
    String type = Optional.ofNullable(refusal.type()).orElse("refused");
    return new Registration.Refused(
        type.substring(type.lastIndexOf(':') + 1),
        Optional.ofNullable(refusal.detail()).orElse("The registrar refuses."));
  }

  private HttpClient client(SSLContext context) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(timeout)
        .sslContext(context)
        .sslParameters(parameters)
        .build();
  }

  private static SSLContext context(@Nullable KeyStore keys, String caSha256) {
    try {
      KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
      managers.init(keys, TenantIdentity.IN_MEMORY.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keys == null ? null : managers.getKeyManagers(),
          new TrustManager[] {new PinnedTrust(caSha256)},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS towards the registrar", e);
    }
  }
}
