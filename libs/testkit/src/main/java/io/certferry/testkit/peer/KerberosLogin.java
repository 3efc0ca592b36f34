package io.certferry.testkit.peer;

import java.nio.file.Path;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;

/** A service's log-on with its keytab. */
final class KerberosLogin {

  private KerberosLogin() {}

  static Subject acceptor(String principal, Path keytab) {
    Map<String, String> options =
        Map.of(
            "principal", principal,
            "keyTab", keytab.toString(),
            "useKeyTab", "true",
            "storeKey", "true",
            "doNotPrompt", "true",
            "isInitiator", "false");
    Configuration configuration =
        new Configuration() {
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
    try {
      Subject subject = new Subject();
      new LoginContext("acceptor", subject, null, configuration).login();
      return subject;
    } catch (LoginException e) {
      throw new IllegalStateException("the service cannot log on", e);
    }
  }
}
