package io.certferry.revocation.directory;

import java.util.List;
import java.util.SortedMap;

/**
 * A user as the directory has it now.
 *
 * @param entryId what stays when the entry is renamed or moved
 * @param subject the user's id in check-ins; empty when the entry has none
 * @param names what certificates may carry, by attribute in lower case
 * @param groups DNs in lower case
 * @param usn {@code uSNChanged}; 0 when the server has none
 */
record DirectoryEntry(
    String entryId,
    String subject,
    String dn,
    UserState state,
    SortedMap<String, String> names,
    List<String> groups,
    long usn) {

  /** Whether a user may have certificates. */
  enum UserState {
    ACTIVE("active"),
    DISABLED("disabled"),
    DELETED("deleted");

    private final String code;

    UserState(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }

    static UserState of(String code) {
      return valueOf(code.toUpperCase(java.util.Locale.ROOT));
    }
  }
}
