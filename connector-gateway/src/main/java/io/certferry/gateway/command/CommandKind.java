package io.certferry.gateway.command;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/** Kinds of commands. */
public enum CommandKind {
  SUBMIT,
  QUERY,
  REVOKE;

  /**
   * What a connector works on.
   *
   * @param roles of issue, revoke
   * @throws IllegalArgumentException if there is no such role, or none at all
   */
  public static Set<CommandKind> of(Collection<String> roles) {
    Set<CommandKind> kinds = EnumSet.noneOf(CommandKind.class);
    for (String role : roles) {
      switch (role) {
        case "issue" -> kinds.addAll(EnumSet.of(SUBMIT, QUERY));
        case "revoke" -> kinds.add(REVOKE);
        default ->
            throw new IllegalArgumentException(
                "certferry.connector.roles are of issue, revoke, not " + role);
      }
    }
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("certferry.connector.roles must name issue or revoke");
    }
    return kinds;
  }
}
