package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpCall;
import io.certferry.gateway.driver.wire.HttpOutcome;
import io.certferry.gateway.driver.wire.HttpOutcome.NotSent;
import io.certferry.gateway.driver.wire.Soap;
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

  private static final String MUTUAL =
      "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual";

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

  /** A call to WinRM: by ticket, by client certificate, or by name and password (RFC 7617). */
  HttpOutcome remotely(HttpCall call) {
    return switch (authentication) {
      case KERBEROS -> exchange(call.withoutBasic());
      case USERNAME -> exchange(call);
      case CERTIFICATE -> exchange(call.withoutBasic().with("Authorization", MUTUAL));
    };
  }

  private HttpOutcome exchange(HttpCall call) {
    if (kerberos == null) {
      return http.exchange(call);
    }
    if (http.areCredentialsRefused()) {
      return new NotSent(Fault.CREDENTIALS_REFUSED);
    }
    Kerberos ticket = kerberos;
    HttpOutcome outcome =
        http.exchange(call.proven(server -> ticket.authorization(call.url().getHost(), server)));
    if (outcome instanceof NotSent notSent && notSent.fault() == Fault.CREDENTIALS_REFUSED) {
      http.credentialsRefused();
    }
    return outcome;
  }
}
