package io.certferry.gateway.driver.wire;

import io.certferry.contracts.event.ConnectorReported.Template;
import io.certferry.gateway.driver.DriverConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The templates of a CA that cannot tell them itself, as the operator configured them. */
public record ConfiguredTemplates(Map<String, DriverConfig.Template> byName) {

  public ConfiguredTemplates {
    byName = Map.copyOf(byName);
  }

  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /** What the CA calls it; empty for its default. */
  public Optional<String> profile(String name) {
    DriverConfig.Template template = byName.get(name);
    return template == null ? Optional.empty() : template.profile();
  }

  public List<Template> described() {
    return byName.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> described(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Template described(String name, DriverConfig.Template template) {
    return new Template(
        name,
        template.profile().orElse(name),
        template.maximumValidity().toSeconds(),
        template.minimumKeySize(),
        template.keyAlgorithms(),
        template.extendedKeyUsages().orElse(List.of()),
        template.managerApproval());
  }
}
