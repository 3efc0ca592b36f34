package io.certferry.gateway.driver.wire;

import io.certferry.pki.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivilegedActionException;
import java.security.PrivilegedExceptionAction;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;

/**
 * Kerberos with a keytab, through the JDK and the system's krb5.conf. Each use logs on anew and
 * leaves no ticket behind. A keytab that was refused is not tried again until the file changes, so
 * that no account is locked out. Thread-safe.
 */
public final class KeytabLogin {

  private final String principal;
  private final Path keytab;
  private volatile String refused = "";

  /**
   * @param principal {@code svc-certferry@CORP.EXAMPLE}
   */
  public KeytabLogin(String principal, Path keytab) {
    this.principal = principal;
    this.keytab = keytab;
  }

  /** The keytab does not open the account, or no ticket could be had. */
  public static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean credentials;

    RefusedException(boolean credentials, Throwable cause) {
      super(cause);
      this.credentials = credentials;
    }

    /** Whether it is the keytab, and not the way to the domain controller. */
    public boolean isAboutCredentials() {
      return credentials;
    }
  }

  /**
   * Runs something as the principal.
   *
   * @throws RefusedException if there is no log-on
   * @throws PrivilegedActionException with what the action threw
   */
  public <T> T run(PrivilegedExceptionAction<T> action)
      throws RefusedException, PrivilegedActionException {
    LoginContext login = login(fingerprint());
    try {
      return Subject.doAs(login.getSubject(), action);
    } finally {
      logOut(login);
    }
  }

  private String fingerprint() throws RefusedException {
    try {
      return Digests.sha256Hex(Files.readAllBytes(keytab));
    } catch (IOException e) {
      throw new RefusedException(false, e);
    }
  }

  private synchronized LoginContext login(String now) throws RefusedException {
    if (now.equals(refused)) {
      throw new RefusedException(true, new LoginException("refused before"));
    }
    try {
      LoginContext login = new LoginContext("certferry", new Subject(), null, configuration());
      login.login();
      return login;
    } catch (LoginException e) {
      boolean credentials = !isAway(e);
      refused = credentials ? now : refused;
      throw new RefusedException(credentials, e);
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
