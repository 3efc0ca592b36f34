package io.certferry.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadPolicyTest {

  @BeforeAll
  static void needsKubectl() throws IOException {
    Overlay.all();
  }

  static Stream<Overlay> overlays() throws IOException {
    return Overlay.all();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyPodHasLimitsProbesAndFewRights(Overlay overlay) {
    // When
    List<String> broken =
        overlay
            .workloads()
            .flatMap(
                workload ->
                    WorkloadPolicy.violations(workload).stream()
                        .map(rule -> Overlay.describe(workload) + ": " + rule))
            .toList();

    // Then
    assertThat(overlay.workloads()).isNotEmpty();
    assertThat(broken).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyServiceHasItsOwnAccountBudgetServiceAndMigration(Overlay overlay) {
    // Given
    List<String> services = names(overlay.of("Deployment", "StatefulSet"));

    // Then
    assertThat(names(overlay.of("ServiceAccount"))).containsExactlyInAnyOrderElementsOf(services);
    assertThat(names(overlay.of("Service"))).containsExactlyInAnyOrderElementsOf(services);
    assertThat(names(overlay.of("PodDisruptionBudget")))
        .containsExactlyInAnyOrderElementsOf(services);
    assertThat(names(overlay.of("Job")))
        .containsExactlyInAnyOrderElementsOf(
            services.stream().map(service -> service + "-migration").toList());
  }

  @ParameterizedTest
  @CsvSource({
    "/spec/template/spec/securityContext, runAsNonRoot, runs as root",
    "/spec/template/spec/securityContext, seccompProfile, no seccomp profile",
    "/spec/template/spec, automountServiceAccountToken, has a token of the API server",
    "/spec/template/spec, serviceAccountName, no service account",
    "/spec/template/spec/containers/0, readinessProbe, no readinessProbe",
    "/spec/template/spec/containers/0, startupProbe, no startupProbe",
    "/spec/template/spec/containers/0, livenessProbe, no livenessProbe",
    "/spec/template/spec/containers/0/resources/limits, memory, no /limits/memory",
    "/spec/template/spec/containers/0/resources/requests, cpu, no /requests/cpu",
    "/spec/template/spec/containers/0/securityContext, readOnlyRootFilesystem, can write its root",
    "/spec/template/spec/containers/0/securityContext, capabilities, keeps capabilities",
    "/spec/template/spec/containers/0/securityContext, allowPrivilegeEscalation, may gain privileges",
  })
  void findsWhatIsMissing(String path, String field, String rule) {
    // Given
    JsonNode deployment =
        Overlay.named("small").of("Deployment").findFirst().orElseThrow().deepCopy();
    ((ObjectNode) deployment.at(path)).remove(field);

    // Then
    assertThat(WorkloadPolicy.violations(deployment)).containsExactly(rule);
  }

  private static List<String> names(Stream<JsonNode> objects) {
    return objects.map(Overlay::nameOf).toList();
  }
}
