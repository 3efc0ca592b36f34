package io.certferry.gateway.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** What this connector is. */
@ConfigMapping(prefix = "certferry.connector")
public interface ConnectorConfig {

  /** Its id: {@code [A-Za-z0-9._-]{1,64}}; one process per id. */
  @WithDefault("connector-1")
  String id();

  /** Tenants that it serves. */
  @WithDefault("default")
  List<String> tenants();

  /** CAs that it reaches; each has a topic of commands. */
  @WithDefault("builtin")
  List<String> cas();

  /** Of issue, revoke. */
  @WithDefault("issue,revoke")
  List<String> roles();

  /** How often it reports. */
  @WithDefault("PT10S")
  Duration heartbeat();

  /** Without a report for so long a connector is inactive. */
  @WithDefault("PT30S")
  Duration inactiveAfter();

  /** How often every CA is looked at, beginning at the start; zero switches it off. */
  @WithDefault("PT1H")
  Duration probeEvery();

  /** Active connectors that a tenant may have. */
  @WithDefault("100")
  int mostPerTenant();
}
