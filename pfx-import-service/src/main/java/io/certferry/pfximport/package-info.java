/**
 * Users' imported PFX files: taken in through a Graph-compatible and a native API, kept sealed
 * whole to an import key, and re-encrypted to each of the user's devices when profile-service
 * commands it.
 */
@NullMarked
package io.certferry.pfximport;

import org.jspecify.annotations.NullMarked;
