package io.certferry.gateway.driver;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported.Template;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One CA as a connector talks to it. Thread-safe; called concurrently up to the CA's concurrency
 * limit, always on a worker thread and never inside a transaction of ours. What a driver does not
 * foresee it throws, and the caller of {@link #submit} takes that as an unknown outcome.
 */
public interface CaDriver extends AutoCloseable {

  Capabilities capabilities();

  /**
   * Submits once, and says {@link SubmitOutcome.Unknown} whenever the CA may have issued without
   * our hearing of it.
   */
  SubmitOutcome submit(SubmitOrder order);

  /**
   * Looks in the CA's own ledger. {@link SearchOutcome.CannotTell} when the key is of a kind that
   * the CA cannot search.
   */
  SearchOutcome search(SearchKey key);

  /**
   * What became of a request that the CA took; asking changes nothing.
   *
   * @param csr DER, the same that was submitted: some protocols ask by repeating it
   */
  SubmitOutcome query(String caRequestId, Bytes csr);

  /** Takes a certificate back; a second time is a success. */
  RevokeOutcome revoke(RevokeOrder order);

  /**
   * What the CA offers to us.
   *
   * @throws CaUnavailableException if it cannot be asked
   */
  List<Template> templates();

  /**
   * DER, issuing CA first, root last.
   *
   * @throws CaUnavailableException if it cannot be asked
   */
  List<Bytes> chain();

  /**
   * Everything issued to us in a span of time, revoked or not, for the independent comparison with
   * our ledger.
   *
   * @param from inclusive
   * @param until exclusive
   * @throws CaUnavailableException if it cannot be asked
   * @throws UnsupportedOperationException without the capability
   */
  List<FoundRequest> listIssued(Instant from, Instant until);

  /** Checks everything that an operator would check by hand; never throws. */
  ProbeReport probe();

  /** One sentence about the last call, when it came to nothing; without calling the CA. */
  default Optional<String> lastError() {
    return Optional.empty();
  }

  @Override
  default void close() {}
}
