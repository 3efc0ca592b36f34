package io.certferry.profile.evaluation;

import io.certferry.profile.catalogue.ProfileKind;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * All active profiles of a tenant at one revision.
 *
 * @param profiles trusted roots first: they must be offered before what needs them
 */
public record Catalogue(String tenant, long revision, List<CataloguedProfile> profiles) {

  public Catalogue {
    profiles =
        profiles.stream()
            .sorted(
                Comparator.comparing((CataloguedProfile p) -> !p.isTrustedRoot())
                    .thenComparing(CataloguedProfile::id))
            .toList();
  }

  /** Whether a user's imports matter to anyone. */
  public boolean hasImportedPfx() {
    return profiles.stream().anyMatch(p -> p.settings().kind() == ProfileKind.IMPORTED_PFX);
  }

  /** Whether a profile is active. */
  boolean has(UUID profileId) {
    return profiles.stream().anyMatch(profile -> profile.id().equals(profileId));
  }
}
