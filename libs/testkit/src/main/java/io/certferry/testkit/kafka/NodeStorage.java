package io.certferry.testkit.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** The node's directory: its properties file, and its data formatted before the first start. */
final class NodeStorage {

  private NodeStorage() {}

  /** Writes the properties file, formats the data directory if it is empty, returns the file. */
  static Path prepare(NodeConfig config) {
    try {
      Files.createDirectories(config.dataDirectory());
      Path file = writeProperties(config);
      if (!Files.exists(config.dataDirectory().resolve("meta.properties"))) {
        format(file);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare Kafka's data directory", e);
    }
  }

  private static Path writeProperties(NodeConfig config) throws IOException {
    Path directory = config.dataDirectory().toAbsolutePath();
    Path file = directory.resolveSibling(directory.getFileName() + ".properties");
    Properties properties = new Properties();
    properties.putAll(config.properties());
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
    return file;
  }

  private static void format(Path file) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    List<String> arguments =
        List.of("format", "-t", Uuid.randomUuid().toString(), "-c", file.toString());
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    if (StorageTool.execute(arguments.toArray(String[]::new), out) != 0) {
      throw new IllegalStateException(
          "formatting Kafka's storage failed: " + output.toString(StandardCharsets.UTF_8));
    }
  }
}
