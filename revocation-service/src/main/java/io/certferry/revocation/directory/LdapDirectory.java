package io.certferry.revocation.directory;

import com.unboundid.asn1.ASN1OctetString;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Control;
import com.unboundid.ldap.sdk.ExtendedResult;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.RootDSE;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResult;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.controls.SimplePagedResultsControl;
import com.unboundid.ldap.sdk.extensions.StartTLSExtendedRequest;
import com.unboundid.util.ssl.HostNameSSLSocketVerifier;
import com.unboundid.util.ssl.PEMFileTrustManager;
import com.unboundid.util.ssl.SSLUtil;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a directory server. Reads in pages, everything or only what changed since a
 * {@code uSNChanged}; deleted entries too where the server shows them. For one worker thread.
 */
final class LdapDirectory implements AutoCloseable {

  private static final int PAGE = 500;
  private static final int LDAPS = 636;
  private static final int LDAP = 389;
  private static final int ACCOUNT_DISABLED = 0x2;

  /** MS-ADTS 3.1.1.3.4.1.14: also show what lies in the recycle bin or is a tombstone. */
  private static final String SHOW_DELETED = "1.2.840.113556.1.4.417";

  private final LDAPConnection connection;
  private final DirectoryConfig.Feed config;
  private final RootDSE root;

  private LdapDirectory(LDAPConnection connection, DirectoryConfig.Feed config, RootDSE root) {
    this.connection = connection;
    this.config = config;
    this.root = root;
  }

  /**
   * Connects and binds.
   *
   * @throws DirectoryException why it cannot
   */
  static LdapDirectory open(DirectoryConfig.Feed config) {
    LDAPConnection connection = connect(config);
    try {
      connection.bind(config.bindDn(), password(config));
      RootDSE root = connection.getRootDSE();
      if (root == null) {
        throw new DirectoryException("no-root-dse", "the server shows no root entry");
      }
      return new LdapDirectory(connection, config, root);
    } catch (LDAPException e) {
      connection.close();
      throw DirectoryException.of(e);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static LDAPConnection connect(DirectoryConfig.Feed config) {
    URI url = config.url();
    boolean tls = "ldaps".equals(url.getScheme());
    if (!tls && !config.startTls() && !config.allowPlaintext()) {
      throw new DirectoryException(
          "plaintext", "a password would cross the network in clear; use ldaps or StartTLS");
    }
    LDAPConnectionOptions options = new LDAPConnectionOptions();
    options.setConnectTimeoutMillis((int) config.timeout().toMillis());
    options.setResponseTimeoutMillis(config.timeout().toMillis());
    options.setFollowReferrals(false);
    options.setSSLSocketVerifier(new HostNameSSLSocketVerifier(true));
    int port = url.getPort() > 0 ? url.getPort() : tls ? LDAPS : LDAP;
    try {
      LDAPConnection connection =
          tls
              ? new LDAPConnection(
                  ssl(config).createSSLSocketFactory(), options, url.getHost(), port)
              : new LDAPConnection(options, url.getHost(), port);
      if (config.startTls() && !tls) {
        startTls(connection, config);
      }
      return connection;
    } catch (LDAPException e) {
      throw DirectoryException.of(e);
    } catch (GeneralSecurityException e) {
      throw new DirectoryException("tls", String.valueOf(e.getMessage()));
    }
  }

  private static void startTls(LDAPConnection connection, DirectoryConfig.Feed config)
      throws LDAPException, GeneralSecurityException {
    ExtendedResult result =
        connection.processExtendedOperation(
            new StartTLSExtendedRequest(ssl(config).createSSLContext()));
    if (!ResultCode.SUCCESS.equals(result.getResultCode())) {
      connection.close();
      throw new DirectoryException("tls", "StartTLS: " + result.getResultCode().getName());
    }
  }

  private static SSLUtil ssl(DirectoryConfig.Feed config) throws GeneralSecurityException {
    try {
      return config.trust().isPresent()
          ? new SSLUtil(new PEMFileTrustManager(new File(config.trust().get().toString())))
          : new SSLUtil(com.unboundid.util.ssl.JVMDefaultTrustManager.getInstance());
    } catch (GeneralSecurityException e) {
      throw new DirectoryException("tls", "the trust file cannot be used");
    }
  }

  private static String password(DirectoryConfig.Feed config) {
    try {
      return Files.readString(config.passwordFile()).stripTrailing();
    } catch (IOException e) {
      throw new DirectoryException("password-file", "the password file cannot be read");
    }
  }

  /** Which server this is: {@code uSNChanged} means nothing on another one. */
  String server() {
    String service = root.getAttributeValue("dsServiceName");
    String name = service == null ? root.getAttributeValue("serverName") : service;
    return name == null ? config.url().getAuthority() : name;
  }

  /** All users, page by page. */
  void readAll(Consumer<List<DirectoryEntry>> pages) {
    search(config.baseDn(), config.filter(), false, pages);
  }

  /** Users that changed after a {@code uSNChanged}, and those that were deleted since. */
  void readChanges(long after, Consumer<List<DirectoryEntry>> pages) {
    String changed = "(uSNChanged>=" + (after + 1) + ")";
    search(config.baseDn(), "(&" + config.filter() + changed + ")", false, pages);
    if (root.supportsControl(SHOW_DELETED)) {
      search(namingContext(), "(&(isDeleted=TRUE)" + changed + ")", true, pages);
    }
  }

  private String namingContext() {
    String context = root.getAttributeValue("defaultNamingContext");
    return context == null ? config.baseDn() : context;
  }

  private void search(
      String base, String filter, boolean deleted, Consumer<List<DirectoryEntry>> pages) {
    try {
      SearchRequest request =
          new SearchRequest(base, SearchScope.SUB, Filter.create(filter), attributes());
      ASN1OctetString cookie = null;
      do {
        request.setControls(controls(deleted, cookie));
        SearchResult result = connection.search(request);
        pages.accept(entries(result.getSearchEntries()));
        cookie = cookie(result);
      } while (cookie != null);
    } catch (LDAPSearchException e) {
      throw DirectoryException.of(e);
    } catch (LDAPException e) {
      throw DirectoryException.of(e);
    }
  }

  private static Control[] controls(boolean deleted, @Nullable ASN1OctetString cookie) {
    Control paged = new SimplePagedResultsControl(PAGE, cookie, true);
    return deleted ? new Control[] {paged, new Control(SHOW_DELETED, true)} : new Control[] {paged};
  }

  private static @Nullable ASN1OctetString cookie(SearchResult result) throws LDAPException {
    SimplePagedResultsControl answer = SimplePagedResultsControl.get(result);
    return answer != null && answer.moreResultsToReturn() ? answer.getCookie() : null;
  }

  private String[] attributes() {
    List<String> names =
        new ArrayList<>(
            List.of(
                "objectGUID",
                "entryUUID",
                "uSNChanged",
                "userAccountControl",
                "isDeleted",
                "memberOf",
                config.subjectAttribute()));
    names.addAll(config.nameAttributes());
    return names.stream().distinct().toArray(String[]::new);
  }

  private List<DirectoryEntry> entries(List<SearchResultEntry> found) {
    return found.stream().map(this::entry).toList();
  }

  private DirectoryEntry entry(SearchResultEntry entry) {
    SortedMap<String, String> names = new TreeMap<>();
    for (String name : config.nameAttributes()) {
      String value = entry.getAttributeValue(name);
      if (value != null) {
        names.put(name.toLowerCase(Locale.ROOT), value);
      }
    }
    return new DirectoryEntry(
        entryId(entry),
        subject(entry),
        entry.getDN(),
        state(entry),
        names,
        groups(entry),
        number(entry.getAttributeValue("uSNChanged")));
  }

  private static String entryId(SearchResultEntry entry) {
    byte[] guid = entry.getAttributeValueBytes("objectGUID");
    if (guid != null && guid.length == 16) {
      return AttributeForms.guid(guid);
    }
    String uuid = entry.getAttributeValue("entryUUID");
    return uuid == null ? entry.getDN().toLowerCase(Locale.ROOT) : uuid;
  }

  private String subject(SearchResultEntry entry) {
    byte[] value = entry.getAttributeValueBytes(config.subjectAttribute());
    if (value == null) {
      return "";
    }
    return switch (config.subjectAttribute().toLowerCase(Locale.ROOT)) {
      case "objectguid", "ms-ds-consistencyguid" ->
          value.length == 16 ? AttributeForms.guid(value) : text(entry);
      case "objectsid" -> value[0] == 1 ? AttributeForms.sid(value) : text(entry);
      default -> text(entry);
    };
  }

  private String text(SearchResultEntry entry) {
    String value = entry.getAttributeValue(config.subjectAttribute());
    return value == null ? "" : value;
  }

  private static DirectoryEntry.UserState state(SearchResultEntry entry) {
    if ("TRUE".equalsIgnoreCase(entry.getAttributeValue("isDeleted"))) {
      return DirectoryEntry.UserState.DELETED;
    }
    boolean disabled =
        (number(entry.getAttributeValue("userAccountControl")) & ACCOUNT_DISABLED) != 0;
    return disabled ? DirectoryEntry.UserState.DISABLED : DirectoryEntry.UserState.ACTIVE;
  }

  private static List<String> groups(SearchResultEntry entry) {
    Attribute memberOf = entry.getAttribute("memberOf");
    return memberOf == null
        ? List.of()
        : List.of(memberOf.getValues()).stream()
            .map(group -> group.toLowerCase(Locale.ROOT))
            .toList();
  }

  private static long number(@Nullable String text) {
    try {
      return text == null ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
