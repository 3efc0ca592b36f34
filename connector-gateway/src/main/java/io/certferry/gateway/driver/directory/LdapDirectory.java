package io.certferry.gateway.driver.directory;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.KeytabLogin;
import java.net.URI;
import java.security.PrivilegedActionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.AuthenticationException;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.NoPermissionException;
import javax.naming.PartialResultException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;

/**
 * Active Directory over LDAP with GSSAPI: sealed by Kerberos, or inside TLS and bound to it. A
 * connection a question; referrals are not followed. Only attributes are read, never an object that
 * an entry may carry: nothing is deserialised. Thread-safe.
 */
@SuppressWarnings("BanJNDI")
public final class LdapDirectory implements DirectoryLookup {

  private static final int DISABLED = 0x2;
  private static final int NO_TEMPLATE_SUPPORT = 0x1;
  private static final int MOST = 1000;
  private static final String KEY_SERVICES = "CN=Public Key Services,CN=Services,";

  private final URI url;
  private final KeytabLogin login;
  private final Duration timeout;

  public LdapDirectory(URI url, KeytabLogin login, Duration timeout) {
    this.url = url;
    this.login = login;
    this.timeout = timeout;
  }

  /** One question to an open connection. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(DirContext directory) throws NamingException;
  }

  private <T> T ask(Question<T> question) throws UnavailableException {
    try {
      return login.run(() -> connected(question));
    } catch (KeytabLogin.RefusedException e) {
      throw new UnavailableException(
          e.isAboutCredentials() ? Fault.CREDENTIALS_REFUSED : Fault.NO_TICKET, e);
    } catch (PrivilegedActionException e) {
      throw new UnavailableException(fault(e.getException()), e);
    }
  }

  private static Fault fault(Exception failure) {
    if (failure instanceof AuthenticationException) {
      return Fault.NO_TICKET;
    }
    return failure instanceof NoPermissionException
        ? Fault.DIRECTORY_REFUSED
        : Fault.DIRECTORY_UNREACHABLE;
  }

  private <T> T connected(Question<T> question) throws NamingException {
    DirContext directory = new InitialDirContext(environment());
    try {
      return question.ask(directory);
    } catch (IllegalArgumentException e) {
      throw new NamingException("an entry that cannot be read");
    } finally {
      directory.close();
    }
  }

  private Hashtable<String, Object> environment() {
    boolean tls = url.getScheme().equals("ldaps");
    Hashtable<String, Object> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
    environment.put(Context.PROVIDER_URL, url.toString());
    environment.put(Context.SECURITY_AUTHENTICATION, "GSSAPI");
    environment.put(Context.REFERRAL, "ignore");
    environment.put("javax.security.sasl.server.authentication", "true");
    environment.put("javax.security.sasl.qop", tls ? "auth" : "auth-conf");
    if (tls) {
      environment.put("com.sun.jndi.ldap.tls.cbtype", "tls-server-end-point");
    }
    environment.put("com.sun.jndi.ldap.connect.timeout", Long.toString(timeout.toMillis()));
    environment.put("com.sun.jndi.ldap.read.timeout", Long.toString(timeout.toMillis()));
    environment.put("java.naming.ldap.attributes.binary", LdapEntry.BINARY);
    return environment;
  }

  private static List<LdapEntry> search(
      DirContext directory, String base, int scope, String filter, Object... arguments)
      throws NamingException {
    SearchControls controls = new SearchControls();
    controls.setSearchScope(scope);
    controls.setCountLimit(MOST);
    controls.setReturningObjFlag(false);
    NamingEnumeration<SearchResult> found = directory.search(base, filter, arguments, controls);
    List<LdapEntry> entries = new ArrayList<>();
    try {
      while (found.hasMore()) {
        entries.add(new LdapEntry(found.next()));
      }
    } catch (PartialResultException e) {
      // all entries are there; the rest are references to other partitions, which we do not follow
    }
    return entries;
  }

  private static String context(DirContext directory, String attribute) throws NamingException {
    return String.valueOf(
        directory.getAttributes("", new String[] {attribute}).get(attribute).get());
  }

  @Override
  public List<Account> accounts(Key key, String value) throws UnavailableException {
    return ask(
        directory -> {
          List<Account> accounts = new ArrayList<>();
          for (LdapEntry entry :
              search(
                  directory,
                  context(directory, "defaultNamingContext"),
                  SearchControls.SUBTREE_SCOPE,
                  "(" + key.attribute() + "={0})",
                  value)) {
            accounts.add(account(directory, entry));
          }
          return accounts;
        });
  }

  private static Account account(DirContext directory, LdapEntry entry) throws NamingException {
    String sid = entry.bytes("objectSid").stream().map(Sid::text).findFirst().orElse("");
    return new Account(
        sid, (entry.number("userAccountControl") & DISABLED) == 0, groups(directory, entry.name()));
  }

  /** Only a search for the account itself computes them. */
  private static Set<String> groups(DirContext directory, String name) throws NamingException {
    SearchControls controls = new SearchControls();
    controls.setSearchScope(SearchControls.OBJECT_SCOPE);
    controls.setReturningAttributes(new String[] {"tokenGroups"});
    NamingEnumeration<SearchResult> found = directory.search(name, "(objectClass=*)", controls);
    return new LdapEntry(found.next())
        .bytes("tokenGroups").stream().map(Sid::text).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public List<EnrolmentService> enrolmentServices() throws UnavailableException {
    return ask(
        directory -> {
          List<EnrolmentService> services = new ArrayList<>();
          for (LdapEntry entry :
              configured(directory, "CN=Enrollment Services,", "pKIEnrollmentService")) {
            services.add(
                new EnrolmentService(
                    entry.text("cn"),
                    entry.text("dNSHostName"),
                    entry.bytes("cACertificate").stream().map(Bytes::of).toList(),
                    (entry.number("flags") & NO_TEMPLATE_SUPPORT) == 0,
                    entry.texts("certificateTemplates"),
                    entry.texts("msPKI-Enrollment-Servers")));
          }
          return services;
        });
  }

  private static List<LdapEntry> configured(
      DirContext directory, String container, String objectClass) throws NamingException {
    return search(
        directory,
        container + KEY_SERVICES + context(directory, "configurationNamingContext"),
        SearchControls.ONELEVEL_SCOPE,
        "(objectClass={0})",
        objectClass);
  }

  @Override
  public List<CertificateTemplate> templates() throws UnavailableException {
    return ask(
        directory -> {
          List<CertificateTemplate> templates = new ArrayList<>();
          for (LdapEntry entry :
              configured(directory, "CN=Certificate Templates,", "pKICertificateTemplate")) {
            templates.add(template(entry));
          }
          return templates;
        });
  }

  private static CertificateTemplate template(LdapEntry entry) throws NamingException {
    return new CertificateTemplate(
        entry.text("cn"),
        entry.text("displayName"),
        (int) Math.max(1, entry.number("msPKI-Template-Schema-Version")),
        entry.seconds("pKIExpirationPeriod"),
        (int) entry.number("msPKI-Minimal-Key-Size"),
        entry.number("msPKI-Certificate-Name-Flag"),
        entry.number("msPKI-Enrollment-Flag"),
        entry.texts("pKIExtendedKeyUsage"));
  }
}
