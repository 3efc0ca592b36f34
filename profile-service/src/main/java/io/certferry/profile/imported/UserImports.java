package io.certferry.profile.imported;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The imports of the users whose devices are evaluated, as they were read.
 *
 * @param byUser those that are not deleted; an empty list for a user without any
 * @param changes how many changes each user's imports have seen, the deleted ones included
 */
public record UserImports(Map<Owner, List<UserImport>> byUser, Map<Owner, Long> changes) {

  private static final Comparator<UserImport> NEWEST_FIRST =
      Comparator.comparing(UserImport::notBefore).reversed().thenComparing(UserImport::importId);

  /** Of nobody. */
  public static final UserImports NONE = new UserImports(Map.of(), Map.of());

  /**
   * Whose they are.
   *
   * @param userPrincipalName lower case
   */
  public record Owner(String tenant, String userPrincipalName) implements Comparable<Owner> {

    public static Owner of(String tenant, String userPrincipalName) {
      return new Owner(tenant, userPrincipalName.toLowerCase(Locale.ROOT));
    }

    @Override
    public int compareTo(Owner other) {
      return Comparator.comparing(Owner::tenant)
          .thenComparing(Owner::userPrincipalName)
          .compare(this, other);
    }
  }

  /** Those of a user that are not deleted. */
  List<UserImport> of(Owner owner) {
    return byUser.getOrDefault(owner, List.of());
  }

  /**
   * What a device of the user should have: the current certificate of a purpose and the history,
   * the newest first. What does not open counts and is not delivered; what is past its end is
   * history, whatever its beginning.
   *
   * @param history how many besides the current one
   */
  public Wanted wanted(Owner owner, String purpose, int history, Instant now) {
    List<UserImport> ofPurpose =
        of(owner).stream().filter(each -> each.purpose().equals(purpose)).toList();
    Optional<UserImport> current =
        ofPurpose.stream()
            .filter(each -> each.isAvailable() && each.notAfter().isAfter(now))
            .min(NEWEST_FIRST);
    List<UserImport> older =
        ofPurpose.stream()
            .filter(each -> !current.equals(Optional.of(each)))
            .sorted(NEWEST_FIRST)
            .limit(history)
            .toList();
    return new Wanted(current.orElse(null), older, ofPurpose);
  }

  /**
   * What a device should have.
   *
   * @param current null if all have ended, or none opens
   * @param older the history that was asked for
   * @param all of that purpose
   */
  public record Wanted(@Nullable UserImport current, List<UserImport> older, List<UserImport> all) {

    /** Current and history; the current one first. */
    public List<UserImport> inOrder() {
      if (current == null) {
        return older;
      }
      List<UserImport> ordered = new java.util.ArrayList<>(List.of(current));
      ordered.addAll(older);
      return ordered;
    }
  }

  /** How many changes each user's imports have seen: differs as soon as one was changed. */
  static Map<Owner, Long> changes(Map<Owner, List<UserImport>> byUser) {
    return byUser.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> entry.getValue().stream().mapToLong(UserImport::version).sum()));
  }
}
