package io.certferry.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.testkit.postgres.ServiceDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/** {@code endpoints.json}: where a running stack is; there only while all of it is ready. */
final class EndpointsFile {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private EndpointsFile() {}

  /**
   * Its content.
   *
   * @param ports of the stack
   * @param databases by member name
   * @param services those that run
   */
  static String render(
      Ports ports, Map<String, ServiceDatabase> databases, Iterable<ServiceKind> services) {
    ObjectNode root = JSON.createObjectNode();
    services.forEach(
        kind -> root.put(kind.endpoint(), "http://127.0.0.1:" + ports.service(kind, 1)));
    root.put("oauth", "https://127.0.0.1:" + ports.oauth());
    root.put("kafka", "127.0.0.1:" + ports.kafka());
    ObjectNode postgres = root.putObject("postgres");
    postgres.put("host", "127.0.0.1").put("port", ports.postgres());
    ObjectNode names = postgres.putObject("databases");
    databases.forEach(
        (name, database) ->
            names
                .putObject(name)
                .put("name", database.name())
                .put("user", database.user())
                .put("password", database.password()));
    root.put("tenant", "default");
    return write(root);
  }

  /** Puts it in place at once, readable for its owner only: it holds passwords. */
  static void publish(Path file, String content) {
    SecretFile.replace(file, content);
  }

  private static String write(ObjectNode root) {
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
