/**
 * Proofs over the packaged services: the main job, shared work, crash points, outages, secrets and
 * replay.
 */
@NullMarked
package io.certferry.systemtests;

import org.jspecify.annotations.NullMarked;
