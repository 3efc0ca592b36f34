package io.certferry.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What we demand of every pod: limits, probes, and as few rights as possible. */
final class WorkloadPolicy {

  private WorkloadPolicy() {}

  /** The rules that a Deployment, StatefulSet or Job breaks. */
  static List<String> violations(JsonNode workload) {
    JsonNode pod = workload.at("/spec/template/spec");
    List<String> broken = new ArrayList<>();
    require(broken, pod.at("/securityContext/runAsNonRoot").asBoolean(), "runs as root");
    require(
        broken,
        pod.at("/securityContext/seccompProfile/type").asText().equals("RuntimeDefault"),
        "no seccomp profile");
    require(
        broken,
        !pod.path("automountServiceAccountToken").asBoolean(true),
        "has a token of the API server");
    require(broken, !pod.path("serviceAccountName").asText().isEmpty(), "no service account");
    boolean serves = !workload.path("kind").asText().equals("Job");
    Overlay.elements(pod.path("containers"))
        .forEach(container -> container(broken, container, serves));
    Overlay.elements(pod.path("initContainers"))
        .forEach(container -> container(broken, container, false));
    return broken;
  }

  private static void container(List<String> broken, JsonNode container, boolean serves) {
    JsonNode rights = container.path("securityContext");
    require(
        broken, !rights.path("allowPrivilegeEscalation").asBoolean(true), "may gain privileges");
    require(broken, rights.path("readOnlyRootFilesystem").asBoolean(), "can write its root");
    require(broken, rights.at("/capabilities/drop/0").asText().equals("ALL"), "keeps capabilities");
    Stream.of("/requests/cpu", "/requests/memory", "/limits/cpu", "/limits/memory")
        .forEach(
            path ->
                require(
                    broken, !container.path("resources").at(path).isMissingNode(), "no " + path));
    if (serves) {
      Stream.of("startupProbe", "livenessProbe", "readinessProbe")
          .forEach(probe -> require(broken, container.has(probe), "no " + probe));
    }
  }

  private static void require(List<String> broken, boolean holds, String rule) {
    if (!holds) {
      broken.add(rule);
    }
  }
}
