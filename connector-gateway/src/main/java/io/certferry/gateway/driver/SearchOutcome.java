package io.certferry.gateway.driver;

import io.certferry.contracts.Bytes;
import java.time.Instant;
import java.util.List;

/** What a CA's ledger says. */
public sealed interface SearchOutcome {

  /**
   * @param entries one or more
   * @param chain DER, issuing CA first, root last
   */
  record Found(List<FoundRequest> entries, List<Bytes> chain) implements SearchOutcome {}

  /**
   * Nothing of that key.
   *
   * @param asOf how fresh the ledger is that was read, by the connector's clock
   */
  record AbsentAsOf(Instant asOf) implements SearchOutcome {}

  /** Neither: the CA cannot be searched so, or not now. */
  record CannotTell(String code) implements SearchOutcome {}
}
