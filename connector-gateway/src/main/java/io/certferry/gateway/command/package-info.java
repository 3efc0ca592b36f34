/**
 * Commands to a CA as rows: Kafka inserts them, workers claim them by tenant, priority and deadline
 * under a lease with a fencing epoch, and a command that is already done gets its recorded result
 * again.
 */
@NullMarked
package io.certferry.gateway.command;

import org.jspecify.annotations.NullMarked;
