/**
 * The CA that comes with Certferry: a root and an issuing CA with templates, manager approval, CRL
 * and OCSP. It behaves as a foreign CA would: own schema, role, transactions and request table;
 * each submission is a new request, also of the same CSR. A request's serial and plan are committed
 * before anything is signed, so that a power cut never leaves a certificate that nobody knows of.
 */
@NullMarked
package io.certferry.gateway.driver.builtin;

import org.jspecify.annotations.NullMarked;
