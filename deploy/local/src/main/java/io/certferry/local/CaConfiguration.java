package io.certferry.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the services must know about CAs of other kinds. */
record CaConfiguration(List<AddedCa> cas, Path directory) {

  /** Allows any name but the principals that are always denied, as the built-in CA does. */
  private static final String OPEN_POLICY = "templates: []\n";

  Map<String, String> of(ServiceKind kind) {
    Map<String, String> properties = new LinkedHashMap<>();
    if (!cas.isEmpty() && kind == ServiceKind.GATEWAY) {
      properties.put(
          "certferry.connector.cas",
          "builtin," + cas.stream().map(AddedCa::id).collect(Collectors.joining(",")));
      cas.forEach(ca -> connector(ca, properties));
    }
    if (kind == ServiceKind.ISSUANCE) {
      cas.forEach(
          ca ->
              properties.put(
                  "certferry.ca-trust.anchors." + ca.id(), ca.caCertificate().toString()));
    }
    return properties;
  }

  private void connector(AddedCa ca, Map<String, String> properties) {
    String prefix = "certferry.ca." + ca.id() + ".";
    ca.properties().forEach((name, value) -> properties.put(prefix + name, value));
    if (ca.password() != null) {
      Path file = directory.resolve(ca.id() + ".password");
      SecretFile.replace(file, ca.password());
      properties.put(prefix + "authentication.password-file", file.toString());
    }
    properties.put("certferry.policy.file." + ca.id(), policy(ca).toString());
  }

  private Path policy(AddedCa ca) {
    if (ca.policy() != null) {
      return ca.policy();
    }
    Path file = directory.resolve(ca.id() + ".policy.yaml");
    SecretFile.replace(file, OPEN_POLICY);
    return file;
  }
}
