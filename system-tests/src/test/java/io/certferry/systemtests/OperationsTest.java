package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.certferry.contracts.Topics;
import io.certferry.contracts.metric.Metric;
import io.certferry.contracts.metric.MetricCatalogue;
import io.certferry.local.LocalStack;
import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import io.certferry.local.StackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** What operators look at, by a real Prometheus on a stack that has done its main job. */
@Tag("operations")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.MethodName.class)
class OperationsTest {

  private static final int PORT_OFFSET = 8200;
  private static final int DEVICES = 5;
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Map<String, String> MEASURED_OFTEN =
      Map.of("certferry.measure.every", "PT2S", "certferry.connectors.silent-after", "PT20S");

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private LocalStack stack;
  private Prometheus prometheus;
  private TraceCollector traces;
  private Mdm mdm;
  private Fleet fleet;

  @BeforeAll
  void theMainJobIsDone() {
    Path root = StackOptions.defaults().root();
    Path directory = Path.of("target/operations").toAbsolutePath();
    traces = TraceCollector.start();
    StackOptions options = StackOptions.defaults().elsewhere(directory.resolve("run"), PORT_OFFSET);
    for (ServiceKind kind : ServiceKind.values()) {
      Map<String, String> settings = new TreeMap<>(MEASURED_OFTEN);
      settings.putAll(traces.settings());
      options = options.withProperties(kind, settings);
    }
    stack = LocalStack.start(options, text -> System.out.println("stack: " + text));
    prometheus =
        Prometheus.start(
            directory.resolve("prometheus"),
            stack.services(),
            files(root.resolve("deploy/monitoring/rules")));
    await("Prometheus is ready", prometheus::isReady);
    mdm = new Mdm(stack, "default");
    fleet = Fleet.of(stack);
    deliver();
  }

  @AfterAll
  void stopAll() {
    prometheus.close();
    stack.close();
    traces.close();
  }

  private void deliver() {
    mdm.assignedProfile(Mdm.userProfile("operations", "EC", 256));
    for (ManagedDevice device : fleet.devices("operations", DEVICES)) {
      mdm.checkIn(device);
      await("a package for " + device.id(), () -> !mdm.offers(device).isEmpty());
      Mdm.Offer offer = mdm.offers(device).get(0);
      mdm.fetch(offer);
      mdm.acknowledge(offer);
    }
  }

  @Test
  void everyMetricThatIsScrapedIsInTheCatalogue() {
    Set<String> known =
        MetricCatalogue.metrics()
            .map(Metric::series)
            .flatMap(List::stream)
            .collect(Collectors.toSet());
    assertThat(prometheus.seriesNames())
        .filteredOn(name -> name.startsWith("certferry_"))
        .isNotEmpty()
        .isSubsetOf(known);
  }

  @Test
  void everyPanelHasData() {
    Map<String, String> queries = queries();
    assertThat(queries).isNotEmpty();
    Map<String, String> empty = new TreeMap<>(queries);
    Awaitility.await("data for every panel")
        .atMost(LIMIT)
        .pollInterval(2, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              empty.values().removeIf(query -> !prometheus.query(query).isEmpty());
              assertThat(empty).isEmpty();
            });
  }

  @Test
  void everyRuleEvaluates() {
    Awaitility.await("every rule was evaluated")
        .atMost(LIMIT)
        .pollInterval(2, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(prometheus.unwellRules()).isEmpty());
  }

  @Test
  void oneTraceAndOneCorrelationIdLeadFromTheCheckInToThePackage() throws Exception {
    // Given
    ManagedDevice device = fleet.device("operations-traced");
    String correlation = "story-" + TRACE;

    // When
    HttpRequest checkIn =
        HttpRequest.newBuilder(stack.url(ServiceKind.PROFILE).resolve("/api/v1/checkins"))
            .header("Authorization", "Bearer " + stack.token("mdm", "default"))
            .header("Content-Type", "application/json")
            .header("X-Correlation-Id", correlation)
            .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
            .POST(HttpRequest.BodyPublishers.ofString(device.checkIn().toString()))
            .build();
    assertThat(HTTP.send(checkIn, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(202);
    await("a package", () -> !mdm.offers(device).isEmpty());

    // Then
    for (String span :
        List.of(
            "/api/v1/checkins",
            "process " + Topics.ISSUANCE_REQUESTS,
            "process " + Topics.caCommands("builtin"),
            "process " + Topics.CA_RESULTS,
            "process " + Topics.CERTIFICATES)) {
      await("the span " + span, () -> traces.has(TRACE, span));
    }
    Databases databases = new Databases(stack);
    String count = "select count(*) from %s where correlation_id = ?";
    assertThat(databases.count(ServiceKind.PROFILE, count.formatted("enrolment"), correlation))
        .isOne();
    assertThat(databases.count(ServiceKind.ISSUANCE, count.formatted("request"), correlation))
        .isOne();
    assertThat(databases.count(ServiceKind.GATEWAY, count.formatted("ca_command"), correlation))
        .isOne();
  }

  @Test
  void everyLineOfALogIsJsonWithItsFixedKeysAsFields() throws IOException {
    for (ServiceInstance service : stack.services()) {
      List<String> lines = Files.readAllLines(service.log());
      assertThat(lines).as(service.name()).isNotEmpty();
      for (String line : lines) {
        assertThat(new ObjectMapper().readTree(line).path("message").asText())
            .as(service.name() + ": " + line)
            .isNotEmpty();
      }
    }
    assertThat(Files.readString(stack.service(ServiceKind.GATEWAY, 1).log()))
        .contains("\"event\":\"connector-active\"")
        .contains("\"connectorId\":\"connector-1\"");
  }

  /** The last by its name: it breaks things. */
  @Test
  void theAlertFiresWhenTheOnlyConnectorIsKilledAndClearsWhenItIsBack() {
    // Given
    assertThat(prometheus.firing()).isEmpty();
    ServiceInstance connector = stack.service(ServiceKind.GATEWAY, 1);

    // When
    connector.kill();

    // Then
    await("the alert fires", () -> prometheus.firing().contains("NoConnectorForCa"));

    // When
    connector.start();

    // Then
    await("every alert clears", () -> prometheus.firing().isEmpty());
  }

  /** Every panel's queries by dashboard, panel and letter, with a rate interval. */
  private static Map<String, String> queries() {
    Map<String, String> queries = new LinkedHashMap<>();
    Path folder = StackOptions.defaults().root().resolve("deploy/monitoring/dashboards");
    for (Path file : files(folder)) {
      JsonNode dashboard = json(file);
      for (JsonNode panel : dashboard.path("panels")) {
        for (JsonNode target : panel.path("targets")) {
          queries.put(
              String.join(
                  " / ",
                  dashboard.path("title").asText(),
                  panel.path("title").asText(),
                  target.path("refId").asText()),
              target.path("expr").asText().replace("$__rate_interval", "1m"));
        }
      }
    }
    return queries;
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what).atMost(LIMIT).pollInterval(200, TimeUnit.MILLISECONDS).until(condition);
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> found = Files.list(folder)) {
      return found.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
