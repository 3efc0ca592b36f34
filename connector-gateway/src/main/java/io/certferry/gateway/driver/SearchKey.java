package io.certferry.gateway.driver;

import io.certferry.contracts.Bytes;
import java.util.UUID;

/** What to look for in a CA's ledger. */
public sealed interface SearchKey {

  /** The CA's own id. */
  record ByCaRequestId(String caRequestId) implements SearchKey {}

  /** The id that we submitted with. */
  record ByRequestId(UUID requestId) implements SearchKey {}

  /** DER SubjectPublicKeyInfo. */
  record ByPublicKey(Bytes spki) implements SearchKey {}
}
