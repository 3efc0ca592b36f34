package io.certferry.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows of DESIGN sections 5 and 6, and no others. */
class NetworkTest {

  private static final List<String> EVERY_SERVICE_REACHES =
      List.of("certferry:9093", "certferry-db:5432", "kube-system/kube-dns:53");
  private static final List<String> CALLERS = List.of("true/:https", "monitoring/:https");
  private static final Map<String, List<String>> MORE_OUT =
      Map.of(
          "pfx-import-service", List.of("issuance-service:8445"),
          "revocation-service", List.of("connector-gateway:8083"));
  private static final Map<String, List<String>> MORE_IN =
      Map.of(
          "issuance-service", List.of("pfx-import-service:internal"),
          "connector-gateway", List.of("*:http"));

  @BeforeAll
  static void needsKubectl() throws IOException {
    Overlay.all();
  }

  static Stream<Overlay> overlays() throws IOException {
    return Overlay.all();
  }

  static Stream<JsonNode> services() {
    return Overlay.named("small").of("Deployment", "StatefulSet");
  }

  @ParameterizedTest
  @MethodSource("services")
  void aServiceReachesItsDatabaseKafkaAndWhatDesignNames(JsonNode service) {
    // When
    var reached = Arrows.outOf(Overlay.named("small"), labels(service));

    // Then
    assertThat(reached)
        .containsExactlyInAnyOrderElementsOf(
            joined(
                EVERY_SERVICE_REACHES, MORE_OUT.getOrDefault(Overlay.nameOf(service), List.of())));
  }

  @ParameterizedTest
  @MethodSource("services")
  void aServiceIsReachedByClientsPrometheusAndWhomDesignNames(JsonNode service) {
    // When
    var callers = Arrows.into(Overlay.named("small"), labels(service));

    // Then
    assertThat(callers)
        .containsExactlyInAnyOrderElementsOf(
            joined(CALLERS, MORE_IN.getOrDefault(Overlay.nameOf(service), List.of())));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void noPodIsWithoutAPolicy(Overlay overlay) {
    // Then
    assertThat(overlay.workloads())
        .allSatisfy(
            workload -> {
              assertThat(Arrows.denied(overlay, labels(workload), "Ingress")).isTrue();
              assertThat(Arrows.denied(overlay, labels(workload), "Egress")).isTrue();
            });
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void migrationsSpeakToPostgresqlAlone(Overlay overlay) {
    // Then
    assertThat(overlay.of("Job"))
        .allSatisfy(
            job -> {
              assertThat(Arrows.outOf(overlay, labels(job)))
                  .containsExactlyInAnyOrder("certferry-db:5432", "kube-system/kube-dns:53");
              assertThat(Arrows.into(overlay, labels(job))).isEmpty();
            });
  }

  @Test
  void aForeignCaIsReachedByConnectorsAndItsListByRevocationServiceOnly() {
    // Given
    Overlay production = Overlay.named("production");

    // Then
    assertThat(production.of("Deployment", "StatefulSet"))
        .allSatisfy(
            service ->
                assertThat(
                        Arrows.outOf(production, labels(service)).stream()
                            .filter(arrow -> arrow.startsWith("10.20.0.0/24")))
                    .isEqualTo(
                        switch (Overlay.nameOf(service)) {
                          case "connector-gateway" -> List.of("10.20.0.0/24:443");
                          case "revocation-service" -> List.of("10.20.0.0/24:80");
                          default -> List.of();
                        }));
  }

  private static JsonNode labels(JsonNode workload) {
    return workload.at("/spec/template/metadata/labels");
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
