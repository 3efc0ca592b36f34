/**
 * The auditor: compares what a CA says that it issued to us with our ledger, by schedule and on
 * demand, for every driver that can list (invariant I4). It reads the ledger with statements of its
 * own and may ask the CA as somebody else than the connector; what it finds goes to the same desk
 * as any other extra certificate.
 */
@NullMarked
package io.certferry.gateway.auditor;

import org.jspecify.annotations.NullMarked;
