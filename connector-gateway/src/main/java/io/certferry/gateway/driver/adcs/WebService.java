package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Calls one of the two web services.
 *
 * @param authentication how this connector proves who it is
 * @param kerberos only for {@link Authentication#KERBEROS}
 */
record WebService(CaHttp http, Authentication authentication, @Nullable Kerberos kerberos) {

  /** The ways that CEP and CES offer, numbered as X509EnrollmentAuthFlags. */
  enum Authentication {
    KERBEROS(2),
    USERNAME(4),
    CERTIFICATE(8);

    private final int flag;

    Authentication(int flag) {
      this.flag = flag;
    }

    /** {@code clientAuthentication} in a policy answer. */
    int flag() {
      return flag;
    }
  }

  HttpOutcome call(URI url, String action, SoapWriter.Content content) {
    try {
      byte[] request =
          SoapWriter.request(
              action,
              url,
              authentication == Authentication.USERNAME ? http.credentials() : null,
              content);
      return exchange(HttpCall.post(url, Soap.CONTENT_TYPE, request).withoutBasic());
    } catch (IOException e) {
      return new NotSent(Fault.CREDENTIALS_UNREADABLE);
    }
  }

  private HttpOutcome exchange(HttpCall call) {
    if (kerberos == null) {
      return http.exchange(call);
    }
    if (http.areCredentialsRefused()) {
      return new NotSent(Fault.CREDENTIALS_REFUSED);
    }
    try {
      return http.exchange(
          call.with("Authorization", kerberos.authorization(call.url().getHost())));
    } catch (Kerberos.RefusedException e) {
      if (e.isAboutCredentials()) {
        http.credentialsRefused();
        return new NotSent(Fault.CREDENTIALS_REFUSED);
      }
      return new NotSent(Fault.NO_TICKET);
    }
  }
}
