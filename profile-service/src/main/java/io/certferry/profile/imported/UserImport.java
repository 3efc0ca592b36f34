package io.certferry.profile.imported;

import io.certferry.contracts.grant.JwsKeys;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that was imported for a user.
 *
 * @param userPrincipalName lower case
 * @param thumbprint upper-case hex SHA-1
 * @param reason why it does not open, with {@link State#FAILED}
 * @param version grows with each change
 */
public record UserImport(
    String tenant,
    UUID importId,
    String userPrincipalName,
    String thumbprint,
    String purpose,
    Instant notBefore,
    Instant notAfter,
    State state,
    @Nullable String reason,
    int version) {

  /** What can be done with it. */
  public enum State {
    AVAILABLE,
    FAILED,
    DELETED;

    /** As messages and rows write it. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<State> of(String id) {
      return java.util.Arrays.stream(values()).filter(each -> each.id().equals(id)).findFirst();
    }
  }

  public boolean isAvailable() {
    return state == State.AVAILABLE;
  }

  /** Changes whenever the import does: a delivery that failed is tried again then. */
  public String contentSha256() {
    return JwsKeys.sha256Hex(importId + "@" + version);
  }
}
