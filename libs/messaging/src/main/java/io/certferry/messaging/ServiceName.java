package io.certferry.messaging;

/**
 * What this service is called: consumer group, {@code ce_source}, writer of its audit chain. One
 * per process, from {@code quarkus.application.name}.
 */
public record ServiceName(String value) {

  String eventSource() {
    return "/certferry/" + value;
  }
}
