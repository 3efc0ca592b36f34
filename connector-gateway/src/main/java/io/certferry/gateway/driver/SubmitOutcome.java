package io.certferry.gateway.driver;

import io.certferry.contracts.Bytes;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a CA said to a submission, or to a question about one. */
public sealed interface SubmitOutcome {

  /**
   * A certificate; not yet checked against anything.
   *
   * @param certificate DER
   * @param chain DER, issuing CA first, root last
   */
  record Issued(Bytes certificate, List<Bytes> chain, @Nullable String caRequestId)
      implements SubmitOutcome {}

  /**
   * A manager decides; {@link CaDriver#query} tells.
   *
   * @param askAfter what the CA wants us to wait at least; zero if it said nothing
   */
  record Pending(String caRequestId, Duration askAfter) implements SubmitOutcome {

    /** Asked about as often as the connector thinks right. */
    public Pending(String caRequestId) {
      this(caRequestId, Duration.ZERO);
    }
  }

  /** No certificate will come of this request; final. */
  record Denied(String code, String message) implements SubmitOutcome {}

  /** The CA certainly took nothing; the same may work later. */
  record Retryable(String code) implements SubmitOutcome {}

  /** Nothing will work until somebody changes the CA, the template or the connector. */
  record ConfigurationError(String code, String message) implements SubmitOutcome {}

  /** The CA may have issued. */
  record Unknown(String code) implements SubmitOutcome {}
}
