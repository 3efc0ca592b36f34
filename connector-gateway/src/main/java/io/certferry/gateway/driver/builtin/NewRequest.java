package io.certferry.gateway.driver.builtin;

import org.jspecify.annotations.Nullable;

/** A request on its way into the table, as decided. */
record NewRequest(
    @Nullable String reference,
    String template,
    byte[] csr,
    String spkiSha256,
    long validitySeconds,
    RequestRow.Status status,
    @Nullable String detail,
    RequestRow.@Nullable Plan plan) {}
