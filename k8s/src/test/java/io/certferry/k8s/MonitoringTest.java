package io.certferry.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The cluster has the very rules and dashboards that are tested in {@code deploy/monitoring}. */
class MonitoringTest {

  private static final Path FOLDER = Path.of("../deploy/monitoring");
  private static final YAMLMapper YAML = new YAMLMapper();

  @BeforeAll
  static void needsKubectl() throws IOException {
    Overlay.all();
  }

  @Test
  void theRulesAreThoseOfTheFolder() throws IOException {
    // Given
    List<JsonNode> wanted =
        files("rules").map(MonitoringTest::tree).map(rules -> rules.get("groups")).toList();

    // Then
    assertThat(
            Overlay.named("production").of("PrometheusRule").map(rule -> rule.at("/spec/groups")))
        .as("after a change: k8s/refresh-rules")
        .containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  void everyDashboardOfTheFolderIsInAConfigMapThatGrafanaLooksFor() throws IOException {
    // Given
    List<JsonNode> maps =
        Overlay.named("production")
            .of("ConfigMap")
            .filter(map -> map.at("/metadata/labels/grafana_dashboard").asText().equals("1"))
            .toList();

    // Then
    assertThat(
            maps.stream()
                .flatMap(map -> map.get("data").properties().stream())
                .map(Map.Entry::getKey))
        .containsExactlyInAnyOrderElementsOf(
            files("dashboards").map(file -> file.getFileName().toString()).toList());
  }

  private static Stream<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
      return files.sorted().toList().stream();
    }
  }

  private static JsonNode tree(Path file) {
    try {
      return YAML.readTree(file.toFile());
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }
}
