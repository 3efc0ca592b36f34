package io.certferry.pfximport;

import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.KeyMaterial;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a deployment gives to pfx-import-service, with a small issuance-service behind it. */
public class PfxImportTestResource implements QuarkusTestResourceLifecycleManager {

  private final CertferryTestResource servers = new CertferryTestResource();
  private Map<String, String> arguments = Map.of();

  @Override
  public void init(Map<String, String> initArgs) {
    arguments = initArgs;
    servers.init(Map.of("service", "pfx-import-service"));
  }

  @Override
  public Map<String, String> start() {
    Map<String, String> properties = new LinkedHashMap<>(servers.start());
    KeyMaterial keys = keyMaterial();
    for (String tenant : keys.deviceCas().keySet()) {
      properties.put(
          "certferry.device-trust.anchors." + tenant, keys.deviceCaCertificate(tenant).toString());
      properties.put("certferry.device-trust.binding." + tenant, "subject-cn");
    }
    properties.put("certferry.grant.verification-keys", keys.grantVerificationKeys().toString());
    properties.put("certferry.import-keys.directory", importKeyDirectory().toString());
    properties.put("certferry.issuance.url", RecordingIssuance.url());
    properties.put("quarkus.http.test-ssl-port", "0");
    properties.put("quarkus.http.ssl.certificate.files", TestTls.certificate("server").toString());
    properties.put("quarkus.http.ssl.certificate.key-files", TestTls.key("server").toString());
    properties.put("quarkus.http.insecure-requests", "enabled");
    properties.putAll(arguments);
    return properties;
  }

  /** The keys of the servers that run in this JVM. */
  public static KeyMaterial keyMaterial() {
    return KeyMaterial.at(
        Path.of(System.getProperty("certferry.testkit.directory"), "keys"),
        Map.of("default", "device-ca", "other", "device-ca-other"));
  }

  private static Path importKeyDirectory() {
    try {
      return Files.createTempDirectory("certferry-import-keys-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    servers.stop();
  }
}
