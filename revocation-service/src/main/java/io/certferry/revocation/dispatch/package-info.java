/**
 * Sends revocations to the CAs: signed commands, urgent ones first, the rest at the pace that each
 * CA takes.
 */
@NullMarked
package io.certferry.revocation.dispatch;

import org.jspecify.annotations.NullMarked;
