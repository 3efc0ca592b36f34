/**
 * What the drivers of foreign CAs share: one HTTP client with bounds on time and size, TLS that
 * trusts what it was told to, a proxy, credentials that are not tried again once they were refused,
 * one vocabulary of faults, and the readers of what CAs answer. Whatever a CA sends is untrusted.
 */
@NullMarked
package io.certferry.gateway.driver.wire;

import org.jspecify.annotations.NullMarked;
