package io.certferry.gateway.registry;

import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Who this process is: the connector's id, and a session of its own so that two processes with one
 * id are told apart.
 */
@Singleton
public class ConnectorIdentity {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final String id;
  private final UUID session = UUID.randomUUID();
  private final String version;

  ConnectorIdentity(
      ConnectorConfig config,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    if (!ID.matcher(config.id()).matches()) {
      throw new IllegalStateException("certferry.connector.id must match " + ID);
    }
    this.id = config.id();
    this.version = version;
  }

  public String id() {
    return id;
  }

  UUID session() {
    return session;
  }

  String version() {
    return version;
  }

  /** How this process signs its leases. */
  public String leaseOwner() {
    return id + "/" + session;
  }
}
