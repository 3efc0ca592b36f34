package io.certferry.issuance.delivery;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A package in a list.
 *
 * @param kind pkcs, trusted-root or imported-pfx
 * @param state OFFERED, FAILED (its installation) or INSTALLED
 * @param sha256 lower-case hex of the cms form
 * @param size bytes of the cms form
 */
public record PackageView(
    UUID id,
    UUID requestId,
    UUID profileId,
    int generation,
    String kind,
    String state,
    List<String> forms,
    String sha256,
    long size,
    Instant createdAt) {

  static PackageView of(PackageEntity entity) {
    return new PackageView(
        entity.packageId,
        entity.requestId,
        entity.profileId,
        entity.generation,
        entity.kind,
        entity.state,
        List.of(entity.forms),
        entity.sha256,
        entity.size,
        entity.createdAt);
  }
}
