package io.certferry.systemtests;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The organisation's directory, watched by revocation-service: people come, are disabled and go.
 */
final class PeopleDirectory {

  private static final String BASE = "ou=people,dc=contoso,dc=test";
  private static final String ADMIN = "cn=admin";
  private static final String PASSWORD = "s3cret";

  private final InMemoryDirectoryServer server;
  private final Path password;
  private final AtomicInteger usn = new AtomicInteger(10_000);

  private PeopleDirectory(InMemoryDirectoryServer server, Path password) {
    this.server = server;
    this.password = password;
  }

  /** Starts it with one person, who stays; it ends with the JVM. */
  static PeopleDirectory started() {
    try {
      InMemoryDirectoryServerConfig config =
          new InMemoryDirectoryServerConfig("dc=contoso,dc=test");
      config.addAdditionalBindCredentials(ADMIN, PASSWORD);
      config.setSchema(null);
      config.setListenerConfigs(
          InMemoryListenerConfig.createLDAPConfig(
              "ldap", InetAddress.getLoopbackAddress(), 0, null));
      InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
      server.add("dn: dc=contoso,dc=test", "objectClass: domain", "dc: contoso");
      server.add("dn: " + BASE, "objectClass: organizationalUnit", "ou: people");
      server.startListening();
      Path password = Files.createTempFile("people-directory-", ".password");
      Files.writeString(password, PASSWORD + "\n");
      PeopleDirectory directory = new PeopleDirectory(server, password);
      directory.add("somebody");
      return directory;
    } catch (LDAPException | LDIFException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What revocation-service is told of it. */
  Map<String, String> feed() {
    String feed = "certferry.directory.feeds.default.";
    return Map.of(
        feed + "url",
        "ldap://127.0.0.1:" + server.getListenPort(),
        feed + "bind-dn",
        ADMIN,
        feed + "password-file",
        password.toString(),
        feed + "base-dn",
        BASE,
        feed + "subject-attribute",
        "employeeID",
        feed + "allow-plaintext",
        "true",
        feed + "poll-interval",
        "PT1S",
        feed + "full-sync-interval",
        "PT5S");
  }

  /** A person whose id in check-ins is the given one. */
  void add(String userId) {
    change(
        () ->
            server.add(
                "dn: " + dn(userId),
                "objectClass: user",
                "cn: " + userId,
                "employeeID: " + userId,
                "entryUUID: " + UUID.randomUUID(),
                "sAMAccountName: " + userId,
                "userAccountControl: 512",
                "uSNChanged: " + usn.incrementAndGet()));
  }

  void disable(String userId) {
    change(
        () ->
            server.modify(
                "dn: " + dn(userId),
                "changetype: modify",
                "replace: userAccountControl",
                "userAccountControl: 514",
                "-",
                "replace: uSNChanged",
                "uSNChanged: " + usn.incrementAndGet()));
  }

  void delete(String userId) {
    change(() -> server.delete(dn(userId)));
  }

  private static String dn(String userId) {
    return "cn=" + userId + "," + BASE;
  }

  /** A change of the tree. */
  @FunctionalInterface
  private interface Change {
    void make() throws LDAPException, LDIFException;
  }

  private static void change(Change change) {
    try {
      change.make();
    } catch (LDAPException | LDIFException e) {
      throw new IllegalStateException(e);
    }
  }
}
