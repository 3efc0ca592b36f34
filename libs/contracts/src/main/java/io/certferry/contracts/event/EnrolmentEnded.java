package io.certferry.contracts.event;

import java.time.Instant;
import java.util.UUID;

/**
 * profile-service no longer wants a certificate. With profile-edited, user-renamed or superseded a
 * newer generation follows, and the old certificate stays until that one is installed.
 *
 * @param cause profile-unassigned, profile-deleted, profile-edited, user-renamed, superseded,
 *     import-deleted, unenrolled, retired, wiped, lost or user-removed
 */
public record EnrolmentEnded(UUID requestId, NaturalKey naturalKey, String cause, Instant at) {}
