/**
 * The bridge to the CAs: takes signed commands from Kafka as rows, checks them against grant and
 * local policy, calls the CA with a ledger row written first, and reports what the CA answered. It
 * holds CA credentials and never a private key of a certificate.
 */
@NullMarked
package io.certferry.gateway;

import org.jspecify.annotations.NullMarked;
