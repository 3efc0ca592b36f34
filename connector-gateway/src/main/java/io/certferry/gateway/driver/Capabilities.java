package io.certferry.gateway.driver;

import java.time.Duration;

/**
 * What a CA lets us do.
 *
 * @param searchByRequestId the CA stores the id of our request with its own
 * @param searchByPublicKey the CA's ledger can be asked for a public key
 * @param pending the CA may keep a request for a manager
 * @param revoke the CA revokes for us
 * @param listIssued the CA lists what it issued to us
 * @param maxInFlight a submission that has not reached the CA's ledger after this time never will;
 *     absence counts only later
 */
public record Capabilities(
    boolean searchByRequestId,
    boolean searchByPublicKey,
    boolean pending,
    boolean revoke,
    boolean listIssued,
    Duration maxInFlight) {

  public boolean search() {
    return searchByRequestId || searchByPublicKey;
  }
}
