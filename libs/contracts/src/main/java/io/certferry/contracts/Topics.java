package io.certferry.contracts;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The Kafka topics of the system (DESIGN section 5). Deployment declares them; no service creates
 * one.
 */
public final class Topics {

  /** MDM or profile-service → profile-service; key tenant/device. */
  public static final String DEVICE_CHECKINS = "certferry.device.checkins.events.v1";

  /** MDM or profile-service → issuance-, profile-service; key tenant/device. */
  public static final String DEVICE_STATUS = "certferry.device.status.events.v1";

  /** MDM or profile-service → profile-, revocation-service; key tenant/device. */
  public static final String DEVICE_LIFECYCLE = "certferry.device.lifecycle.events.v1";

  /** profile-service → the others; key tenant/profile; compacted. */
  public static final String PROFILES = "certferry.profile.profiles.events.v1";

  /** profile-service → issuance-service; key tenant/device. */
  public static final String ISSUANCE_REQUESTS = "certferry.issuance.requests.commands.v1";

  /** connector-gateway → issuance-, revocation-service; key request id. */
  public static final String CA_RESULTS = "certferry.ca.results.events.v1";

  /** issuance-service → profile-, revocation-service, MDM; key tenant/device. */
  public static final String CERTIFICATES = "certferry.issuance.certificates.events.v1";

  /** revocation-service → profile-, issuance-service; key tenant/device. */
  public static final String REVOCATIONS = "certferry.revocation.revocations.events.v1";

  /** connector-gateway → profile-service; key tenant/connector. */
  public static final String CONNECTORS = "certferry.connector.connectors.events.v1";

  /** profile-service → pfx-import-service; key tenant/device. */
  public static final String PFX_DELIVERIES = "certferry.pfx.deliveries.commands.v1";

  /** pfx-import-service → profile-service; key tenant/user. */
  public static final String PFX_IMPORTS = "certferry.pfx.imports.events.v1";

  private static final String DEAD_LETTERS = ".dlq";
  private static final Pattern CA_ID = Pattern.compile("[a-z0-9-]{1,40}");

  private Topics() {}

  /**
   * The commands topic of one CA; key request id.
   *
   * @param caId {@code [a-z0-9-]{1,40}}
   * @throws IllegalArgumentException if the id is not of that form
   */
  public static String caCommands(String caId) {
    if (!CA_ID.matcher(caId).matches()) {
      throw new IllegalArgumentException("caId must match [a-z0-9-]{1,40}");
    }
    return "certferry.ca." + caId + ".commands.v1";
  }

  /** The dead-letter topic of a consumer group for one topic. */
  public static String deadLetters(String consumerGroup, String topic) {
    return consumerGroup + "." + topic + DEAD_LETTERS;
  }

  /** The topic whose records a dead-letter topic of the group holds; empty for other topics. */
  public static Optional<String> deadLettered(String consumerGroup, String topic) {
    String prefix = consumerGroup + ".";
    return topic.startsWith(prefix) && topic.endsWith(DEAD_LETTERS)
        ? Optional.of(topic.substring(prefix.length(), topic.length() - DEAD_LETTERS.length()))
        : Optional.empty();
  }

  /** Every topic that does not depend on configuration. */
  public static List<String> fixed() {
    return List.of(
        DEVICE_CHECKINS,
        DEVICE_STATUS,
        DEVICE_LIFECYCLE,
        PROFILES,
        ISSUANCE_REQUESTS,
        CA_RESULTS,
        CERTIFICATES,
        REVOCATIONS,
        CONNECTORS,
        PFX_DELIVERIES,
        PFX_IMPORTS);
  }
}
