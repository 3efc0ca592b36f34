package io.certferry.systemtests;

import io.certferry.local.ServiceInstance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * What a service's {@code /q/metrics} says now.
 *
 * @param lines Prometheus text format
 */
record Metrics(List<String> lines) {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Scrapes an instance. */
  static Metrics of(ServiceInstance service) {
    try {
      return new Metrics(
          HTTP.send(
                  HttpRequest.newBuilder(service.url().resolve("/q/metrics")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body()
              .lines()
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while scraping " + service.name(), e);
    }
  }

  /** The sum over all label sets of one name; 0 if it is not there. */
  double sum(String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .map(line -> line.replaceAll(" # .*", ""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  String text() {
    return String.join("\n", lines);
  }
}
