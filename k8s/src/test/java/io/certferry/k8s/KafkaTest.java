package io.certferry.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics and who may use them, against what the services' own configuration reads. */
class KafkaTest {

  @BeforeAll
  static void needsKubectl() throws IOException {
    Overlay.all();
  }

  @ParameterizedTest
  @CsvSource({"small, builtin", "production, corp"})
  void everyTopicIsDeclaredAndNoOther(String overlay, String caId) {
    // Given
    Set<String> wanted = new TreeSet<>(Topics.fixed());
    wanted.add(Topics.caCommands(caId));
    Overlay.SERVICES.forEach(
        service ->
            read(service, caId).forEach(topic -> wanted.add(Topics.deadLetters(service, topic))));

    // Then
    assertThat(Overlay.named(overlay).of("KafkaTopic").map(Overlay::nameOf))
        .containsExactlyInAnyOrderElementsOf(wanted);
  }

  @ParameterizedTest
  @CsvSource({"small, builtin", "production, corp"})
  void aServiceReadsWhatItConsumesWritesWhatIsItsAndNothingElse(String overlay, String caId) {
    // Then
    for (String service : Overlay.SERVICES) {
      Set<String> reads = read(service, caId);
      Set<String> dead =
          reads.stream()
              .map(topic -> Topics.deadLetters(service, topic))
              .collect(Collectors.toSet());
      assertThat(granted(overlay, service, "Read")).as(service).isEqualTo(union(reads, dead));
      assertThat(granted(overlay, service, "Write"))
          .as(service)
          .isEqualTo(union(written(caId).getOrDefault(service, Set.of()), dead));
      assertThat(groups(overlay, service)).containsExactly(service);
    }
  }

  @ParameterizedTest
  @CsvSource({"small, builtin", "production, corp"})
  void aCasTopicHasEnoughPartitionsForAHundredConnectors(String overlay, String caId) {
    // Then
    assertThat(
            Overlay.named(overlay)
                .of("KafkaTopic")
                .filter(topic -> Overlay.nameOf(topic).equals(Topics.caCommands(caId))))
        .singleElement()
        .satisfies(
            topic -> assertThat(topic.at("/spec/partitions").asInt()).isGreaterThanOrEqualTo(100));
  }

  /** DESIGN section 5, from whom. */
  private static Map<String, Set<String>> written(String caId) {
    return Map.of(
        "profile-service",
        Set.of(
            Topics.DEVICE_CHECKINS,
            Topics.DEVICE_STATUS,
            Topics.DEVICE_LIFECYCLE,
            Topics.PROFILES,
            Topics.ISSUANCE_REQUESTS,
            Topics.PFX_DELIVERIES),
        "issuance-service",
        Set.of(Topics.CERTIFICATES, Topics.caCommands(caId)),
        "connector-gateway",
        Set.of(Topics.CA_RESULTS, Topics.CONNECTORS),
        "revocation-service",
        Set.of(Topics.REVOCATIONS, Topics.caCommands(caId)),
        "pfx-import-service",
        Set.of(Topics.PFX_IMPORTS));
  }

  private static Set<String> read(String service, String caId) {
    Properties properties = new Properties();
    Path file = Path.of("..", service, "src/main/resources/application.properties");
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
    Set<String> topics =
        properties.stringPropertyNames().stream()
            .filter(name -> name.matches("mp\\.messaging\\.incoming\\.[\\w-]+\\.topic"))
            .map(properties::getProperty)
            .collect(Collectors.toCollection(TreeSet::new));
    if (service.equals("connector-gateway")) {
      topics.add(Topics.caCommands(caId));
    }
    return topics;
  }

  private static Set<String> granted(String overlay, String user, String operation) {
    return rules(overlay, user)
        .filter(rule -> rule.at("/resource/type").asText().equals("topic"))
        .filter(rule -> rule.path("operations").toString().contains('"' + operation + '"'))
        .map(rule -> rule.at("/resource/name").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> groups(String overlay, String user) {
    return rules(overlay, user)
        .filter(rule -> rule.at("/resource/type").asText().equals("group"))
        .map(rule -> rule.at("/resource/name").asText());
  }

  private static Stream<JsonNode> rules(String overlay, String user) {
    return Overlay.named(overlay)
        .of("KafkaUser")
        .filter(found -> Overlay.nameOf(found).equals(user))
        .flatMap(found -> Overlay.elements(found.at("/spec/authorization/acls")));
  }

  private static Set<String> union(Set<String> first, Set<String> second) {
    Set<String> both = new TreeSet<>(first);
    both.addAll(second);
    return both;
  }
}
