package io.certferry.gateway.driver.adcs;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.Base64;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.Oid;

/**
 * HTTP Negotiate (RFC 4559) with a keytab: a ticket for {@code HTTP@host} inside SPNEGO. The JDK's
 * Kerberos, configured by the system's krb5.conf. It adds no TLS channel binding: where a server
 * demands Extended Protection, use a client certificate or a user name, which it does not touch.
 */
final class Kerberos {

  private static final String SPNEGO = "1.3.6.1.5.5.2";

  private final String principal;
  private final Path keytab;

  /**
   * @param principal {@code svc-certferry@CORP.EXAMPLE}
   */
  Kerberos(String principal, Path keytab) {
    this.principal = principal;
    this.keytab = keytab;
  }

  /** The keytab does not open the account, or no ticket could be had. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean credentials;

    RefusedException(boolean credentials, Throwable cause) {
      super(cause);
      this.credentials = credentials;
    }

    /** Whether it is the keytab, and not the way to the domain controller. */
    boolean isAboutCredentials() {
      return credentials;
    }
  }

  /**
   * The value of an Authorization header.
   *
   * @throws RefusedException if there is no ticket
   */
  String authorization(String host) throws RefusedException {
    LoginContext login = login();
    try {
      byte[] token =
          Subject.doAs(login.getSubject(), (PrivilegedExceptionAction<byte[]>) () -> token(host));
      return "Negotiate " + Base64.getEncoder().encodeToString(token);
    } catch (PrivilegedActionException e) {
      throw new RefusedException(false, e);
    } finally {
      logOut(login);
    }
  }

  private LoginContext login() throws RefusedException {
    try {
      LoginContext login = new LoginContext("certferry", new Subject(), null, configuration());
      login.login();
      return login;
    } catch (LoginException e) {
      throw new RefusedException(!isAway(e), e);
    }
  }

  /** A key distribution centre that does not answer says nothing about the keytab. */
  private static boolean isAway(LoginException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException && !cause.getClass().getName().contains("KrbException")) {
        return true;
      }
    }
    return String.valueOf(failure.getMessage()).contains("KDC");
  }

  private static void logOut(LoginContext login) {
    try {
      login.logout();
    } catch (LoginException e) {
      // the tickets go with the subject
    }
  }

  private static byte[] token(String host) throws GSSException {
    GSSManager manager = GSSManager.getInstance();
    GSSName server = manager.createName("HTTP@" + host, GSSName.NT_HOSTBASED_SERVICE);
    GSSContext context =
        manager.createContext(server, new Oid(SPNEGO), null, GSSContext.DEFAULT_LIFETIME);
    try {
      context.requestMutualAuth(true);
      context.requestCredDeleg(false);
      return context.initSecContext(new byte[0], 0, 0);
    } finally {
      context.dispose();
    }
  }

  private Configuration configuration() {
    Map<String, String> options =
        Map.of(
            "principal", principal,
            "keyTab", keytab.toString(),
            "useKeyTab", "true",
            "doNotPrompt", "true",
            "refreshKrb5Config", "true",
            "isInitiator", "true");
    return new Configuration() {
      @Override
      public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
        return new AppConfigurationEntry[] {
          new AppConfigurationEntry(
              "com.sun.security.auth.module.Krb5LoginModule",
              LoginModuleControlFlag.REQUIRED,
              options)
        };
      }
    };
  }
}
