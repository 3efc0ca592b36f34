package io.certferry.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A CA of another kind, as {@code up --ca FILE} describes it: the members of {@code
 * certferry.ca.<id>.*} in YAML, in camel case, with the id and the policy file.
 *
 * @param id {@code [a-z0-9-]{1,40}}
 * @param properties of the connector, without the prefix {@code certferry.ca.<id>.}
 * @param caCertificate the pinned chain
 * @param policy the policy file; null allows what the built-in CA allows
 * @param password written inline instead of in a file
 */
public record AddedCa(
    String id,
    Map<String, String> properties,
    Path caCertificate,
    @Nullable Path policy,
    @Nullable String password) {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,40}");
  private static final Set<String> DRIVERS = Set.of("est", "scep", "cmp", "cfssl", "adcs");
  private static final Set<String> MEMBERS =
      new TreeSet<>(
          Set.of(
              "id",
              "driver",
              "url",
              "authentication",
              "caCertificate",
              "templates",
              "policy",
              "tls",
              "proxy",
              "http",
              "maxInFlight",
              "maxConcurrency",
              "callTimeout",
              "lease",
              "breakAfter",
              "probeInterval",
              "scep",
              "cmp",
              "adcs",
              "directory",
              "revocation"));

  /** Members that name files; relative ones are beside the YAML file. */
  private static final Set<String> FILES =
      Set.of(
          "caCertificate",
          "passwordFile",
          "trust",
          "clientCertificate",
          "clientKey",
          "signerCertificate",
          "signerKey",
          "keytab",
          "policy");

  public AddedCa {
    properties = Map.copyOf(properties);
  }

  @Override
  public String toString() {
    return "AddedCa[" + id + "]";
  }

  /**
   * Reads a file.
   *
   * @throws StackException that names the member which is wrong
   */
  public static AddedCa read(Path file) {
    try {
      JsonNode document = YAML.readTree(Files.readAllBytes(file));
      return new Reader(file).read(document);
    } catch (JsonProcessingException e) {
      throw new StackException(file + ": not YAML: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new StackException(file + ": cannot be read", e);
    }
  }

  private record Reader(Path file) {

    AddedCa read(JsonNode document) {
      document.fieldNames().forEachRemaining(this::checkMember);
      String id = text(document, "id");
      if (!ID.matcher(id).matches() || id.equals("builtin")) {
        throw wrong("id", "must match " + ID + " and not be builtin");
      }
      if (!DRIVERS.contains(text(document, "driver"))) {
        throw wrong("driver", "is one of " + new TreeSet<>(DRIVERS));
      }
      if (document.path("adcs").path("policyUrl").isMissingNode()
          && document.path("directory").path("url").isMissingNode()) {
        text(document, "url");
      }
      text(document, "caCertificate");
      Map<String, String> properties = new LinkedHashMap<>();
      flatten("", document, properties);
      properties.remove("id");
      String policy = properties.remove("policy");
      return new AddedCa(
          id,
          properties,
          Path.of(properties.getOrDefault("ca-certificate", "")),
          policy == null ? null : Path.of(policy),
          properties.remove("authentication.password"));
    }

    private void checkMember(String name) {
      if (!MEMBERS.contains(name)) {
        throw wrong(name, "is unknown; members are " + MEMBERS);
      }
    }

    private String text(JsonNode document, String member) {
      String value = document.path(member).asText("");
      if (value.isEmpty()) {
        throw wrong(member, "is missing");
      }
      return value;
    }

    private void flatten(String prefix, JsonNode node, Map<String, String> into) {
      node.fields()
          .forEachRemaining(
              field -> {
                String name = prefix + named(prefix, field.getKey());
                if (field.getValue().isObject()) {
                  flatten(name + ".", field.getValue(), into);
                } else if (prefix.equals("templates.")) {
                  into.put(name + ".profile", field.getValue().asText());
                } else {
                  into.put(name, value(field.getKey(), field.getValue()));
                }
              });
      if (prefix.startsWith("templates.") && node.isEmpty()) {
        into.put(prefix + "minimum-key-size", "2048");
      }
    }

    /** A template's name is a name, whatever its letters are. */
    private static String named(String prefix, String key) {
      return prefix.equals("templates.")
          ? "\"" + key + "\""
          : key.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    private String value(String key, JsonNode value) {
      if (value.isArray()) {
        return StreamSupport.stream(value.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(","));
      }
      return FILES.contains(key) ? beside(key, value.asText()) : value.asText();
    }

    private String beside(String key, String name) {
      Path path = file.toAbsolutePath().resolveSibling(name).normalize();
      if (!Files.isReadable(path)) {
        throw wrong(key, "names a file that cannot be read: " + path);
      }
      return path.toString();
    }

    private StackException wrong(String member, String why) {
      return new StackException(file + ": " + member + " " + why);
    }
  }
}
