package io.certferry.testkit.peer;

import java.nio.file.Path;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.Base64;
import java.util.function.Function;
import javax.security.auth.Subject;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.Oid;

/**
 * In front of a server: lets in who comes with a Kerberos ticket for it (RFC 4559), as the client
 * of that name.
 */
public final class NegotiateDoor implements Function<PeerRequest, PeerReply> {

  private static final String SPNEGO = "1.3.6.1.5.5.2";
  private static final String SCHEME = "Negotiate ";

  private final Function<PeerRequest, PeerReply> inside;
  private final Subject service;

  /**
   * @param principal such as {@code HTTP/localhost@CORP.TEST}
   */
  public NegotiateDoor(Function<PeerRequest, PeerReply> inside, String principal, Path keytab) {
    this.inside = inside;
    this.service = KerberosLogin.acceptor(principal, keytab);
  }

  @Override
  public PeerReply apply(PeerRequest request) {
    String header = String.valueOf(request.headers().get("authorization"));
    if (!header.startsWith(SCHEME)) {
      return PeerReply.text(401, "").with("WWW-Authenticate", "Negotiate");
    }
    try {
      byte[] token = Base64.getDecoder().decode(header.substring(SCHEME.length()));
      String client =
          Subject.doAs(service, (PrivilegedExceptionAction<String>) () -> accept(token));
      return inside.apply(
          new PeerRequest(
              request.method(),
              request.path(),
              request.query(),
              request.headers(),
              request.body(),
              client));
    } catch (PrivilegedActionException | IllegalArgumentException e) {
      return PeerReply.text(401, "").with("WWW-Authenticate", "Negotiate");
    }
  }

  private static String accept(byte[] token) throws GSSException {
    GSSManager manager = GSSManager.getInstance();
    GSSCredential credential =
        manager.createCredential(
            null, GSSCredential.INDEFINITE_LIFETIME, new Oid(SPNEGO), GSSCredential.ACCEPT_ONLY);
    GSSContext context = manager.createContext(credential);
    context.acceptSecContext(token, 0, token.length);
    String name = context.getSrcName().toString();
    context.dispose();
    return name.replaceFirst("@.*$", "");
  }
}
