package io.certferry.gateway.driver;

import java.time.Instant;

/** A request that waits for a manager. */
public record PendingRequest(
    String caRequestId, String template, String subject, Instant submittedAt) {}
