/**
 * The contract between the services: topic names, CloudEvents headers, event types and the JSON
 * form of every message. No framework lives here, so that an MDM vendor can depend on it alone.
 */
@NullMarked
package io.certferry.contracts;

import org.jspecify.annotations.NullMarked;
