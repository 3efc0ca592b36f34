package io.certferry.gateway.driver.wire;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.event.ConnectorReported.Template;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.FoundRequest;
import io.certferry.gateway.driver.RevokeOrder;
import io.certferry.gateway.driver.RevokeOutcome;
import io.certferry.gateway.driver.SearchKey;
import io.certferry.gateway.driver.SearchOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a CA cannot do by whose protocol nobody can search, list or revoke. Drivers override what
 * theirs can.
 */
public interface ForeignDriver extends CaDriver {

  ForeignCa ca();

  @Override
  default SearchOutcome search(SearchKey key) {
    return new SearchOutcome.CannotTell("not-searchable");
  }

  /** Waits visibly: an operator revokes at the CA, or configures how this connector can. */
  @Override
  default RevokeOutcome revoke(RevokeOrder order) {
    return new RevokeOutcome.Retryable("cannot-revoke");
  }

  @Override
  default List<Template> templates() {
    return ca().templates().described();
  }

  @Override
  default List<Bytes> chain() {
    return ca().chain().certificates();
  }

  @Override
  default List<FoundRequest> listIssued(Instant from, Instant until) {
    throw new UnsupportedOperationException("this CA cannot list what it issued");
  }

  @Override
  default Optional<String> lastError() {
    return ca().http().lastError();
  }

  @Override
  default void close() {
    ca().http().close();
  }
}
