package io.certferry.testkit.peer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.function.Function;
import javax.security.auth.Subject;
import org.ietf.jgss.ChannelBinding;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.Oid;
import org.jspecify.annotations.Nullable;

/**
 * In front of a server: lets in who comes with a Kerberos ticket for it (RFC 4559), as the client
 * of that name. It may demand that the ticket is bound to its TLS certificate, as Windows does with
 * Extended Protection.
 */
public final class NegotiateDoor implements Function<PeerRequest, PeerReply> {

  private static final String SPNEGO = "1.3.6.1.5.5.2";
  private static final String SCHEME = "Negotiate ";

  private final Function<PeerRequest, PeerReply> inside;
  private final Subject service;
  private final @Nullable X509Certificate boundTo;

  /**
   * @param principal such as {@code HTTP/localhost@CORP.TEST}
   * @param boundTo the certificate that tickets must be bound to; null demands nothing. Signed with
   *     SHA-256; the JVM must export {@code sun.security.jgss.krb5.internal}
   */
  public NegotiateDoor(
      Function<PeerRequest, PeerReply> inside,
      String principal,
      Path keytab,
      @Nullable X509Certificate boundTo) {
    this.inside = inside;
    this.service = KerberosLogin.acceptor(principal, keytab);
    this.boundTo = boundTo;
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

  private String accept(byte[] token) throws GSSException {
    GSSManager manager = GSSManager.getInstance();
    GSSCredential credential =
        manager.createCredential(
            null, GSSCredential.INDEFINITE_LIFETIME, new Oid(SPNEGO), GSSCredential.ACCEPT_ONLY);
    GSSContext context = manager.createContext(credential);
    if (boundTo != null) {
      context.setChannelBinding(binding(boundTo));
    }
    context.acceptSecContext(token, 0, token.length);
    String name = context.getSrcName().toString();
    context.dispose();
    return name.replaceFirst("@.*$", "");
  }

  /** RFC 5929 section 4, with the address type that Windows wants. */
  private static ChannelBinding binding(X509Certificate certificate) {
    try {
      byte[] prefix = "tls-server-end-point:".getBytes(StandardCharsets.US_ASCII);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      data.writeBytes(prefix);
      data.writeBytes(hash);
      return (ChannelBinding)
          Class.forName("sun.security.jgss.krb5.internal.TlsChannelBindingImpl")
              .getConstructor(byte[].class)
              .newInstance((Object) data.toByteArray());
    } catch (GeneralSecurityException | ReflectiveOperationException e) {
      throw new IllegalStateException("no channel binding in this JVM", e);
    }
  }
}
