/**
 * What tests and the local stack need and production never has: real servers from Maven artefacts,
 * key material, tokens, devices, a fake clock and the architecture rules.
 */
@NullMarked
package io.certferry.testkit;

import org.jspecify.annotations.NullMarked;
