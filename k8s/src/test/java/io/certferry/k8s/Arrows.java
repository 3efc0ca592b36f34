package io.certferry.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the network policies of an overlay let through, as text: {@code from -> to:port}. */
final class Arrows {

  private Arrows() {}

  /** What pods with the labels may reach; {@code *} where a rule names nobody. */
  static Set<String> outOf(Overlay overlay, JsonNode podLabels) {
    return through(overlay, podLabels, "egress", "to");
  }

  /** Who may reach pods with the labels. */
  static Set<String> into(Overlay overlay, JsonNode podLabels) {
    return through(overlay, podLabels, "ingress", "from");
  }

  /** Whether a policy that selects the pods denies by default in the direction. */
  static boolean denied(Overlay overlay, JsonNode podLabels, String direction) {
    return selecting(overlay, podLabels)
        .anyMatch(policy -> policy.at("/spec/policyTypes").toString().contains(direction));
  }

  private static Set<String> through(
      Overlay overlay, JsonNode labels, String direction, String peers) {
    return selecting(overlay, labels)
        .flatMap(policy -> Overlay.elements(policy.path("spec").path(direction)))
        .flatMap(rule -> arrows(rule, peers))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<JsonNode> selecting(Overlay overlay, JsonNode labels) {
    return overlay.of("NetworkPolicy").filter(policy -> selects(policy, labels));
  }

  private static boolean selects(JsonNode policy, JsonNode labels) {
    JsonNode wanted = policy.at("/spec/podSelector/matchLabels");
    return StreamSupport.stream(((Iterable<String>) wanted::fieldNames).spliterator(), false)
        .allMatch(name -> wanted.get(name).equals(labels.get(name)));
  }

  private static Stream<String> arrows(JsonNode rule, String peers) {
    Stream<String> ends =
        rule.has(peers) ? Overlay.elements(rule.get(peers)).map(Arrows::peer) : Stream.of("*");
    String ports =
        Overlay.elements(rule.path("ports"))
            .map(port -> port.path("port").asText())
            .distinct()
            .collect(Collectors.joining(","));
    return ends.map(end -> end + ":" + (ports.isEmpty() ? "*" : ports));
  }

  private static String peer(JsonNode peer) {
    if (peer.has("ipBlock")) {
      return peer.at("/ipBlock/cidr").asText();
    }
    return values(peer, "namespaceSelector") + values(peer, "podSelector");
  }

  private static String values(JsonNode peer, String selector) {
    JsonNode labels = peer.path(selector).path("matchLabels");
    if (selector.equals("podSelector") && labels.has("app.kubernetes.io/name")) {
      return labels.get("app.kubernetes.io/name").asText();
    }
    String joined = Overlay.elements(labels).map(JsonNode::asText).collect(Collectors.joining("+"));
    return joined + (selector.equals("namespaceSelector") && peer.has(selector) ? "/" : "");
  }
}
