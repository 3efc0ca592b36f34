package io.certferry.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * What {@code kubectl kustomize} makes of one overlay; built once.
 *
 * @param name its folder in {@code overlays}
 * @param objects in the order of the output
 */
record Overlay(String name, List<JsonNode> objects) {

  /** The five services of DESIGN section 3. */
  static final List<String> SERVICES =
      List.of(
          "profile-service",
          "issuance-service",
          "connector-gateway",
          "revocation-service",
          "pfx-import-service");

  private static final Path FOLDER = Path.of("overlays");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Map<String, Overlay> BUILT = new ConcurrentHashMap<>();

  /** Every overlay there is; skips the test aloud where there is no kubectl. */
  static Stream<Overlay> all() throws IOException {
    Assumptions.assumeTrue(
        hasKubectl(), "kubectl with kustomize 5 is not installed: deploy/local/prerequisites");
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream()
          .map(Overlay::named);
    }
  }

  static Overlay named(String name) {
    return BUILT.computeIfAbsent(name, Overlay::build);
  }

  /** Objects of the kinds. */
  Stream<JsonNode> of(String... kinds) {
    return objects.stream().filter(object -> List.of(kinds).contains(object.path("kind").asText()));
  }

  /** Deployments, StatefulSets and Jobs. */
  Stream<JsonNode> workloads() {
    return of("Deployment", "StatefulSet", "Job");
  }

  static String nameOf(JsonNode object) {
    return object.path("metadata").path("name").asText();
  }

  /** Kind and name, for messages. */
  static String describe(JsonNode object) {
    return object.path("kind").asText() + "/" + nameOf(object);
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static Overlay build(String name) {
    try {
      String yaml = run("kubectl", "kustomize", FOLDER.resolve(name).toString());
      return new Overlay(name, YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml).readAll());
    } catch (IOException e) {
      throw new IllegalStateException("the overlay " + name + " cannot be built", e);
    }
  }

  private static boolean hasKubectl() {
    try {
      return run("kubectl", "version", "--client").matches("(?s).*Kustomize Version: v5\\..*");
    } catch (IOException e) {
      return false;
    }
  }

  private static String run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " ended with " + process.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return output;
  }

  @Override
  public String toString() {
    return name;
  }
}
