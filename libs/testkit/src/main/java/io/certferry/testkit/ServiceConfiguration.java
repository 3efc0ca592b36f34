package io.certferry.testkit;

import io.certferry.testkit.postgres.PostgresServer;
import io.certferry.testkit.postgres.ServiceDatabase;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The configuration that a deployment gives to a service: wires, keys and trust. The same for a
 * service's own tests and for the local stack.
 *
 * @param kafka {@code host:port}
 * @param postgres the server
 * @param database the service's own
 * @param builtinPassword of the role of the built-in CA; used for connector-gateway only
 * @param keys key files
 * @param tokenIssuer {@code iss} of accepted tokens
 * @param jwks file with the token issuer's public keys
 */
public record ServiceConfiguration(
    String kafka,
    PostgresServer postgres,
    ServiceDatabase database,
    String builtinPassword,
    KeyMaterial keys,
    String tokenIssuer,
    Path jwks) {

  /** The properties for one service, named as its module. */
  public Map<String, String> properties(String service) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("kafka.bootstrap.servers", kafka);
    properties.put("mp.jwt.verify.publickey.location", jwks.toUri().toString());
    properties.put("mp.jwt.verify.issuer", tokenIssuer);
    properties.put("mp.jwt.verify.audiences", TokenIssuer.AUDIENCE);
    properties.putAll(
        datasource("quarkus.datasource.", database.name(), database.user(), database.password()));
    properties.putAll(own(service));
    return properties;
  }

  private Map<String, String> own(String service) {
    return switch (service) {
      case "profile-service" -> profile();
      case "issuance-service" -> issuance();
      case "connector-gateway" -> gateway();
      case "pfx-import-service" -> pfxImport();
      case "revocation-service" ->
          Map.of("certferry.command.signing-key", keys.revocationSigningKey().toString());
      default -> Map.of();
    };
  }

  private Map<String, String> profile() {
    Map<String, String> properties = deviceTrust();
    properties.put("certferry.grant.signing-key", keys.grantSigningKey().toString());
    return properties;
  }

  private Map<String, String> issuance() {
    Map<String, String> properties = deviceTrust();
    properties.put("certferry.grant.verification-keys", keys.grantVerificationKeys().toString());
    properties.put("certferry.command.signing-key", keys.commandSigningKey().toString());
    properties.put("certferry.kek.directory", keys.kekDirectory().toString());
    properties.put("certferry.internal.certificate", keys.internalServerCertificate().toString());
    properties.put("certferry.internal.key", keys.internalServerKey().toString());
    properties.put("certferry.internal.client-anchors", keys.internalCa().toString());
    return properties;
  }

  private Map<String, String> gateway() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("certferry.grant.verification-keys", keys.grantVerificationKeys().toString());
    properties.put(
        "certferry.command.verification-keys", keys.commandVerificationKeys().toString());
    properties.put("certferry.builtin.directory", keys.builtinDirectory().toString());
    properties.put("certferry.connector.id", "connector-1");
    properties.put("certferry.connector.tenants", String.join(",", keys.deviceCas().keySet()));
    properties.put("certferry.connector.cas", "builtin");
    properties.putAll(
        datasource(
            "quarkus.datasource.builtin.",
            database.name(),
            ServiceDatabase.BUILTIN_CA,
            builtinPassword));
    return properties;
  }

  private Map<String, String> pfxImport() {
    Map<String, String> properties = deviceTrust();
    properties.put("certferry.grant.verification-keys", keys.grantVerificationKeys().toString());
    properties.put("certferry.import-keys.directory", keys.importKeyDirectory().toString());
    String self = InternalTls.CLIENT;
    properties.put(
        "certferry.issuance.tls.certificate", keys.internalClientCertificate(self).toString());
    properties.put("certferry.issuance.tls.key", keys.internalClientKey(self).toString());
    properties.put("certferry.issuance.tls.trust", keys.internalCa().toString());
    return properties;
  }

  private Map<String, String> deviceTrust() {
    Map<String, String> properties = new LinkedHashMap<>();
    for (String tenant : keys.deviceCas().keySet()) {
      properties.put(
          "certferry.device-trust.anchors." + tenant, keys.deviceCaCertificate(tenant).toString());
      properties.put("certferry.device-trust.binding." + tenant, "subject-cn");
    }
    return properties;
  }

  private Map<String, String> datasource(String prefix, String name, String user, String password) {
    return Map.of(
        prefix + "jdbc.url",
        postgres.jdbcUrl(name),
        prefix + "reactive.url",
        postgres.reactiveUrl(name),
        prefix + "username",
        user,
        prefix + "password",
        password);
  }
}
