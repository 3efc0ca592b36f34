package io.certferry.gateway.driver.builtin;

/** Both tiers of one CA. */
record Hierarchy(Authority root, Authority issuing) {}
