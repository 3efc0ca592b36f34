package io.certferry.contracts.metric;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void thereIsOneForEachReader() {
    assertThat(dashboards())
        .extracting(dashboard -> dashboard.path("uid").asText())
        .containsExactly(
            "certferry-certificates",
            "certferry-connectors",
            "certferry-queues",
            "certferry-working");
  }

  @Test
  void panelsOfADashboardHaveTheirOwnNames() {
    for (JsonNode dashboard : dashboards()) {
      List<String> titles = new ArrayList<>();
      dashboard.path("panels").forEach(panel -> titles.add(panel.path("title").asText()));
      assertThat(titles).isNotEmpty().doesNotHaveDuplicates().doesNotContain("");
    }
  }

  @Test
  void everyQueryIsWellFormed(@TempDir Path directory) throws Exception {
    Path rules = directory.resolve("queries.yml");
    Files.writeString(rules, JSON.writeValueAsString(asRules()));
    Promtool.rules("check", List.of(rules));
  }

  /** Promtool checks rules; JSON is YAML. */
  private static Map<String, Object> asRules() {
    List<Map<String, String>> rules = new ArrayList<>();
    for (JsonNode dashboard : dashboards()) {
      for (JsonNode panel : dashboard.path("panels")) {
        for (JsonNode target : panel.path("targets")) {
          Map<String, String> rule = new TreeMap<>();
          rule.put("record", "query:" + rules.size());
          rule.put("expr", target.path("expr").asText().replace("$__rate_interval", "1m"));
          rules.add(rule);
        }
      }
    }
    return Map.of("groups", List.of(Map.of("name", "queries", "rules", rules)));
  }

  private static List<JsonNode> dashboards() {
    return Repository.files("deploy/monitoring/dashboards").stream()
        .map(DashboardsTest::parsed)
        .toList();
  }

  private static JsonNode parsed(Path file) {
    try {
      return JSON.readTree(Repository.text(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
