package io.certferry.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.certferry.local.ServiceInstance;
import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.FreePorts;
import io.certferry.testkit.process.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A real Prometheus on loopback that scrapes a stack and evaluates our rules. */
final class Prometheus implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ChildProcess process;
  private final URI url;

  private Prometheus(ChildProcess process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts the program of that name from the path.
   *
   * @param rules rule files
   */
  static Prometheus start(Path directory, List<ServiceInstance> services, List<Path> rules) {
    int port = FreePorts.next();
    Path configuration = directory.resolve("prometheus.yml");
    write(configuration, configuration(services, rules));
    ChildProcess process =
        ChildProcess.start(
            new ChildProcess.Spec(
                "prometheus",
                List.of(
                    "prometheus",
                    "--config.file=" + configuration,
                    "--storage.tsdb.path=" + directory.resolve("data"),
                    "--web.listen-address=127.0.0.1:" + port),
                Map.of(),
                directory,
                directory.resolve("prometheus.log"),
                StopSignal.TERM));
    return new Prometheus(process, URI.create("http://127.0.0.1:" + port));
  }

  private static String configuration(List<ServiceInstance> services, List<Path> rules) {
    StringBuilder text =
        new StringBuilder("global: {scrape_interval: 2s, evaluation_interval: 2s}\nrule_files:\n");
    rules.forEach(rule -> text.append("  - ").append(rule).append('\n'));
    text.append("scrape_configs:\n  - job_name: certferry\n    metrics_path: /q/metrics\n");
    text.append("    static_configs:\n");
    for (ServiceInstance service : services) {
      text.append("      - {targets: ['").append(service.url().getAuthority()).append("'], ");
      text.append("labels: {service: ").append(service.kind().module()).append("}}\n");
    }
    return text.toString();
  }

  boolean isReady() {
    try {
      return send("/-/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** The samples that an instant query gives now; fails if the query is wrong. */
  JsonNode query(String expression) {
    return data("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
        .path("result");
  }

  /** Rules that were not evaluated well, with their errors. */
  List<String> unwellRules() {
    List<String> unwell = new ArrayList<>();
    for (JsonNode group : data("/api/v1/rules").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (!rule.path("health").asText().equals("ok")) {
          unwell.add(rule.path("name").asText() + " " + rule.path("lastError").asText());
        }
      }
    }
    return unwell;
  }

  /** Names of the alerts that fire. */
  Set<String> firing() {
    Set<String> names = new TreeSet<>();
    for (JsonNode alert : data("/api/v1/alerts").path("alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        names.add(alert.path("labels").path("alertname").asText());
      }
    }
    return names;
  }

  /** Names of all series. */
  List<String> seriesNames() {
    List<String> names = new ArrayList<>();
    data("/api/v1/label/__name__/values").forEach(name -> names.add(name.asText()));
    return names;
  }

  private JsonNode data(String path) {
    try {
      JsonNode answer = JSON.readTree(send(path).body());
      if (!answer.path("status").asText().equals("success")) {
        throw new IllegalStateException(path + ": " + answer.path("error").asText());
      }
      return answer.path("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> send(String path) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create(url + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking Prometheus", e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
