/**
 * One record per message on Kafka. Each has a JSON Schema 2020-12 and golden samples beside it in
 * the resources; a new optional member is the only way in which a record may change.
 */
@NullMarked
package io.certferry.contracts.event;

import org.jspecify.annotations.NullMarked;
