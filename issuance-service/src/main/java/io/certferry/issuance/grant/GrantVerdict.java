package io.certferry.issuance.grant;

import io.certferry.contracts.grant.Grant;

/** Whether a grant may be acted on. */
public sealed interface GrantVerdict {

  /** It may. */
  record Trusted(Grant grant) implements GrantVerdict {}

  /**
   * All is well but the time: no connector would take it any more; profile-service signs it again.
   */
  record Expired(Grant grant) implements GrantVerdict {}

  /**
   * It must not, now or ever.
   *
   * @param reason stable code: grant-untrusted, grant-mismatch, grant-unusable, fips-mode or
   *     device-untrusted
   * @param detail one sentence for people
   */
  record Refused(String reason, String detail) implements GrantVerdict {}
}
