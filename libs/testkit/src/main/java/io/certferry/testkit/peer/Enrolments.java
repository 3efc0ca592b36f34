package io.certferry.testkit.peer;

import io.certferry.contracts.Bytes;
import io.certferry.pki.Digests;
import io.certferry.testkit.ca.Answer;
import io.certferry.testkit.ca.LedgerEntry;
import io.certferry.testkit.ca.LyingCa;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The CA behind a protocol server. A CSR whose request pends is not a new request when it comes
 * again; any other is.
 */
final class Enrolments {

  private final LyingCa ca;
  private final long validitySeconds;
  private final Map<String, String> pending = new ConcurrentHashMap<>();

  Enrolments(LyingCa ca, long validitySeconds) {
    this.ca = ca;
    this.validitySeconds = validitySeconds;
  }

  LyingCa ca() {
    return ca;
  }

  /** Submits, or asks about the same CSR that pends. */
  Answer submit(byte[] csr) {
    String known = pending.get(Digests.sha256Hex(csr));
    if (known != null) {
      return ask(known);
    }
    Answer answer = ca.submit(UUID.randomUUID(), csr, validitySeconds);
    if (answer instanceof Answer.Pending waits) {
      pending.put(Digests.sha256Hex(csr), waits.caRequestId());
    }
    return answer;
  }

  /** What became of a request; denied if there is none. */
  Answer ask(String caRequestId) {
    return ca.find(caRequestId)
        .map(Enrolments::answer)
        .orElseGet(() -> new Answer.Denied(caRequestId, "no such request"));
  }

  private static Answer answer(LedgerEntry entry) {
    return switch (entry.status()) {
      case PENDING -> new Answer.Pending(entry.caRequestId());
      case DENIED, REVOKED -> new Answer.Denied(entry.caRequestId(), "denied");
      case ISSUED ->
          new Answer.Issued(entry.caRequestId(), Objects.requireNonNull(entry.certificate()));
    };
  }

  static Bytes certificate(Answer answer) {
    return ((Answer.Issued) answer).certificate();
  }
}
