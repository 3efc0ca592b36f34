package io.certferry.local;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ports of one stack, all on 127.0.0.1.
 *
 * @param offset added to every default port ({@code CERTFERRY_PORT_OFFSET})
 */
public record Ports(int offset) {

  static final String VARIABLE = "CERTFERRY_PORT_OFFSET";

  private static final int OAUTH = 8443;
  private static final int INTERNAL = 8445;
  private static final int KAFKA = 19092;
  private static final int KAFKA_CONTROLLER = 19093;
  private static final int POSTGRES = 15432;
  private static final int BETWEEN_INSTANCES = 20;
  private static final int LAST_PORT = 65535;

  /** Refuses an offset that leaves the range of ports. */
  public Ports {
    if (offset < -ServiceKind.PROFILE.port() + 1 || offset > LAST_PORT - KAFKA_CONTROLLER) {
      throw new StackException(VARIABLE + "=" + offset + " leaves the range of ports");
    }
  }

  /** Reads the value of {@code CERTFERRY_PORT_OFFSET}; an empty one means 0. */
  static Ports of(String offset) {
    if (offset.isBlank()) {
      return new Ports(0);
    }
    try {
      return new Ports(Integer.parseInt(offset.strip()));
    } catch (NumberFormatException e) {
      throw new StackException(VARIABLE + " must be a whole number, it is '" + offset + "'", e);
    }
  }

  /** The port of an instance of a service, counted from 1. */
  public int service(ServiceKind kind, int instance) {
    return kind.port() + offset + BETWEEN_INSTANCES * (instance - 1);
  }

  /** Where an instance of issuance-service takes packages of imports, counted from 1. */
  int internal(int instance) {
    return INTERNAL + offset + BETWEEN_INSTANCES * (instance - 1);
  }

  public int oauth() {
    return OAUTH + offset;
  }

  public int kafka() {
    return KAFKA + offset;
  }

  int kafkaController() {
    return KAFKA_CONTROLLER + offset;
  }

  public int postgres() {
    return POSTGRES + offset;
  }

  /** Every port of the stack with what listens on it. */
  Map<Integer, String> all(Map<ServiceKind, Integer> instances) {
    Map<Integer, String> ports = new LinkedHashMap<>();
    instances.forEach(
        (kind, count) -> {
          for (int instance = 1; instance <= count; instance++) {
            ports.put(service(kind, instance), kind.module());
            if (kind == ServiceKind.ISSUANCE) {
              ports.put(internal(instance), kind.module() + ", for pfx-import-service");
            }
          }
        });
    ports.put(oauth(), "the token endpoint");
    ports.put(kafka(), "Kafka");
    ports.put(kafkaController(), "Kafka's controller");
    ports.put(postgres(), "PostgreSQL");
    return ports;
  }
}
