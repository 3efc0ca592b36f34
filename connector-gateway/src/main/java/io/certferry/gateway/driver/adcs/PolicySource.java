package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.HttpOutcome;
import java.util.Optional;

/** Who knows what the CA offers: the policy service, or the directory. */
interface PolicySource {

  /** What came of asking. */
  sealed interface Policies {

    /** The HTTP answer; empty if it was not HTTP. */
    Optional<HttpOutcome> answer();
  }

  record Known(EnrolmentPolicy policy, Optional<HttpOutcome> answer) implements Policies {}

  record Unknown(Fault fault, Optional<HttpOutcome> answer) implements Policies {}

  Policies ask();

  /** What it means that the pinned CA is not in it. */
  Fault absence();
}
