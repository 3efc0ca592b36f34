package io.certferry.gateway.driver;

import java.util.List;

/** A CA whose pending requests are decided through this connector. Blocking. */
public interface ManagerApproval {

  /** Oldest first, at most 1,000. */
  List<PendingRequest> pending();

  /**
   * Issues a pending request.
   *
   * @param manager who decided
   * @return false if there is no such pending request
   */
  boolean approve(String caRequestId, String manager);

  /** Denies a pending request; false if there is none. */
  boolean deny(String caRequestId, String manager);
}
