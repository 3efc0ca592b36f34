package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpCall.NoProofException;
import io.certferry.gateway.driver.wire.KeytabLogin;
import java.security.PrivilegedActionException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import org.ietf.jgss.ChannelBinding;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.Oid;

/**
 * HTTP Negotiate (RFC 4559) with a keytab: a ticket for {@code HTTP@host} inside SPNEGO, bound to
 * the TLS connection where the JDK lets us (Extended Protection).
 */
record Kerberos(KeytabLogin login) {

  private static final String SPNEGO = "1.3.6.1.5.5.2";

  /** The value of an Authorization header. */
  String authorization(String host, Optional<X509Certificate> server) throws NoProofException {
    try {
      Optional<ChannelBinding> binding = server.flatMap(TlsEndpoint::binding);
      return "Negotiate "
          + Base64.getEncoder().encodeToString(login.run(() -> token(host, binding)));
    } catch (KeytabLogin.RefusedException e) {
      throw new NoProofException(
          e.isAboutCredentials() ? Fault.CREDENTIALS_REFUSED : Fault.NO_TICKET, e);
    } catch (PrivilegedActionException e) {
      throw new NoProofException(Fault.NO_TICKET, e);
    }
  }

  private static byte[] token(String host, Optional<ChannelBinding> binding) throws GSSException {
    GSSManager manager = GSSManager.getInstance();
    GSSName server = manager.createName("HTTP@" + host, GSSName.NT_HOSTBASED_SERVICE);
    GSSContext context =
        manager.createContext(server, new Oid(SPNEGO), null, GSSContext.DEFAULT_LIFETIME);
    try {
      context.requestMutualAuth(true);
      context.requestCredDeleg(false);
      if (binding.isPresent()) {
        context.setChannelBinding(binding.get());
      }
      return context.initSecContext(new byte[0], 0, 0);
    } finally {
      context.dispose();
    }
  }
}
