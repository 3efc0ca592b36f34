package io.certferry.gateway.driver.builtin;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.CaDriverProvider;
import io.certferry.gateway.driver.DriverConfig;
import io.certferry.pki.key.SecretBytes;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;

/** Opens built-in CAs; their database is the datasource {@code builtin}, with a role of its own. */
@Singleton
class BuiltinDriverProvider implements CaDriverProvider {

  private final Instance<Pool> pool;
  private final BuiltinConfig config;
  private final InstantSource clock;

  BuiltinDriverProvider(
      @ReactiveDataSource("builtin") Instance<Pool> pool,
      BuiltinConfig config,
      InstantSource clock) {
    this.pool = pool;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public String kind() {
    return "builtin";
  }

  @Override
  public CaDriver open(String caId, DriverConfig foreign) {
    Hierarchy hierarchy = hierarchy(caId);
    CrlPublisher crls =
        new CrlPublisher(caId, hierarchy, new CrlTable(caId, pool.get()), config, clock);
    RequestTable requests = new RequestTable(caId, pool.get());
    return new BuiltinDriver(caId, hierarchy, requests, crls, config, clock);
  }

  private Hierarchy hierarchy(String caId) {
    Path directory =
        config
            .directory()
            .orElseThrow(
                () -> new IllegalStateException("certferry.builtin.directory must be set"));
    try (SecretBytes keyFile = KeyFile.open(directory)) {
      return new HierarchyStore(caId, pool.get(), config, keyFile, clock).open();
    }
  }
}
