package io.certferry.issuance.request;

import io.certferry.contracts.event.RequestState;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** How long a request may wait in each state, and for what. */
@ConfigMapping(prefix = "certferry.request")
public interface RequestConfig {

  /** SubmitCsr is sent again when no result came for this long; doubles each time. */
  @WithDefault("PT30S")
  Duration resendAfter();

  /** The longest pause between two such commands. */
  @WithDefault("PT10M")
  Duration resendAtMost();

  /**
   * How often a pending request is asked after; the connector asks the CA by itself much more
   * often.
   */
  @WithDefault("PT6H")
  Duration queryAfter();

  /** How long a command's authorisation holds: longer than a CA may be away. */
  @WithDefault("P7D")
  Duration authorizationLifetime();

  /**
   * How long revocation-service may take over a certificate that came after its request's barrier
   * before this service has it revoked by itself.
   */
  @WithDefault("PT10M")
  Duration barredRevokeAfter();

  /** How long a worker may hold the rows it claimed. */
  @WithDefault("PT30S")
  Duration lease();

  /** First pause after a step on one request failed; doubles up to {@link #resendAtMost()}. */
  @WithDefault("PT1S")
  Duration retryAfter();

  /**
   * Age of a state at which the request counts as stuck; states without an entry may last for ever.
   */
  Map<RequestState, Duration> deadline();

  /** How often the watcher looks. */
  @WithDefault("PT1S")
  Duration watchEvery();

  /** How often the gauges are read from the database. */
  @WithDefault("PT15S")
  Duration measureEvery();
}
