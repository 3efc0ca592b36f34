package io.certferry.revocation.partner;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The partner API. */
@ConfigMapping(prefix = "certferry.partner")
public interface PartnerConfig {

  /** Where clients reach this service, without a slash at the end; from the request when absent. */
  Optional<URI> baseUrl();

  /**
   * How long a handed-out request is nobody else's; without a result it is handed out again then.
   */
  @WithDefault("PT1H")
  Duration lease();

  /** First pause after a result that may be tried again; it doubles, up to the lease. */
  @WithDefault("PT1M")
  Duration retryAfter();
}
