package io.certferry.testkit.ca;

import io.certferry.contracts.Bytes;

/** What the caller hears. */
public sealed interface Answer {

  /** A certificate, DER. */
  record Issued(String caRequestId, Bytes certificate) implements Answer {}

  /** A manager decides. */
  record Pending(String caRequestId) implements Answer {}

  /** No. */
  record Denied(String caRequestId, String reason) implements Answer {}

  /** Nothing, after the submission may have arrived. */
  record Silence() implements Answer {}

  /** Nothing, and nothing can have arrived. */
  record Unreachable() implements Answer {}
}
