package io.certferry.revocation.testing;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An LDAP server with an empty tree, watched for the tenant {@code default} when told to. */
public class DirectoryServerResource implements QuarkusTestResourceLifecycleManager {

  static final String ADMIN = "cn=admin";
  static final String PASSWORD = "s3cret";

  private @Nullable InMemoryDirectoryServer server;

  @Override
  public Map<String, String> start() {
    try {
      InMemoryDirectoryServerConfig config =
          new InMemoryDirectoryServerConfig("dc=contoso,dc=test");
      config.addAdditionalBindCredentials(ADMIN, PASSWORD);
      config.setSchema(null);
      config.setListenerConfigs(
          InMemoryListenerConfig.createLDAPConfig(
              "ldap", InetAddress.getLoopbackAddress(), 0, null));
      InMemoryDirectoryServer started = new InMemoryDirectoryServer(config);
      started.add("dn: dc=contoso,dc=test", "objectClass: domain", "dc: contoso");
      started.add(
          "dn: ou=people,dc=contoso,dc=test", "objectClass: organizationalUnit", "ou: people");
      started.startListening();
      server = started;
      Path password = Files.createTempFile("certferry-directory-", ".password");
      Files.writeString(password, PASSWORD + "\n");
      String feed = "certferry.directory.feeds.default.";
      Map<String, String> properties = new HashMap<>();
      properties.put("certferry.directory.enabled", "false");
      properties.put(feed + "url", "ldap://127.0.0.1:" + started.getListenPort());
      properties.put(feed + "bind-dn", ADMIN);
      properties.put(feed + "password-file", password.toString());
      properties.put(feed + "base-dn", "ou=people,dc=contoso,dc=test");
      properties.put(feed + "subject-attribute", "employeeID");
      properties.put(feed + "allow-plaintext", "true");
      properties.put(feed + "poll-interval", "PT0S");
      properties.put(feed + "most-missing", "2");
      return properties;
    } catch (LDAPException | LDIFException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (server != null) {
      server.shutDown(true);
    }
  }
}
