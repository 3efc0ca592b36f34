package io.certferry.revocation.directory;

import io.certferry.revocation.policy.Trigger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the difference between two readings means for a user's certificates. Pure. */
final class UserChanges {

  private UserChanges() {}

  /**
   * Which triggers the entries set off, by subject. A user seen for the first time sets one off
   * only when disabled or deleted; enabling a user takes nothing back.
   */
  static Map<String, Trigger> between(
      Map<String, DirectoryStore.Stored> before, List<DirectoryEntry> now) {
    Map<String, Trigger> triggers = new HashMap<>();
    for (DirectoryEntry entry : now) {
      DirectoryStore.Stored stored = before.get(entry.entryId());
      for (Trigger trigger : triggers(stored, entry)) {
        String subject =
            entry.subject().isEmpty() && stored != null ? stored.subject() : entry.subject();
        if (!subject.isEmpty()) {
          triggers.put(subject, trigger);
        }
      }
    }
    return triggers;
  }

  private static List<Trigger> triggers(
      DirectoryStore.@org.jspecify.annotations.Nullable Stored stored, DirectoryEntry entry) {
    List<Trigger> triggers = new ArrayList<>();
    boolean sameState = stored != null && stored.state() == entry.state();
    switch (entry.state()) {
      case ACTIVE -> {
        if (stored != null && isRenamed(stored.names(), entry.names())) {
          triggers.add(Trigger.USER_RENAMED);
        }
      }
      case DISABLED -> {
        if (!sameState) {
          triggers.add(Trigger.USER_DISABLED);
        }
      }
      case DELETED -> {
        if (!sameState) {
          triggers.add(Trigger.USER_DELETED);
        }
      }
    }
    return triggers;
  }

  /** A name that was there has another value or is gone; one that is new changes no certificate. */
  private static boolean isRenamed(Map<String, String> before, Map<String, String> now) {
    return before.entrySet().stream()
        .anyMatch(name -> !name.getValue().equals(now.get(name.getKey())));
  }
}
