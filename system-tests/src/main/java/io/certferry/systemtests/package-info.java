/**
 * Drives the packaged services together as an MDM, a CA auditor and an attacker with file access
 * would, and says whether the invariants hold.
 */
@NullMarked
package io.certferry.systemtests;

import org.jspecify.annotations.NullMarked;
