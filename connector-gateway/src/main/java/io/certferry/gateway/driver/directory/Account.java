package io.certferry.gateway.driver.directory;

import java.util.Set;

/**
 * A user or computer.
 *
 * @param sid text form
 * @param groups SIDs of every group that it is in, however deep
 */
public record Account(String sid, boolean enabled, Set<String> groups) {

  public Account {
    groups = Set.copyOf(groups);
  }
}
