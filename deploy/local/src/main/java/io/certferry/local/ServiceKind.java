package io.certferry.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The five services: how they are named, where they listen and which database is theirs. */
public enum ServiceKind {
  PROFILE("profile-service", "profile", "profile", 8081),
  ISSUANCE("issuance-service", "issuance", "issuance", 8082),
  GATEWAY("connector-gateway", "gateway", "gateway", 8083),
  REVOCATION("revocation-service", "revocation", "revocation", 8084),
  PFX_IMPORT("pfx-import-service", "pfxImport", "pfximport", 8085);

  private final String module;
  private final String endpoint;
  private final String database;
  private final int port;

  ServiceKind(String module, String endpoint, String database, int port) {
    this.module = module;
    this.endpoint = endpoint;
    this.database = database;
    this.port = port;
  }

  /** The Maven module, which is the service's name. */
  public String module() {
    return module;
  }

  /** Its member of endpoints.json. */
  public String endpoint() {
    return endpoint;
  }

  /** Its database and role. */
  public String database() {
    return database;
  }

  /** The default port of its first instance. */
  public int port() {
    return port;
  }

  /** What {@code java -jar} starts, once the module is packaged. */
  public Path runnable(Path root) {
    return root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
  }

  /** The services that the reactor in the given directory has so far. */
  public static List<ServiceKind> presentIn(Path root) {
    try {
      String pom = Files.readString(root.resolve("pom.xml"));
      return Arrays.stream(values())
          .filter(kind -> pom.contains("<module>" + kind.module + "</module>"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the root pom.xml", e);
    }
  }
}
