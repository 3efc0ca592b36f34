/**
 * The signed decisions: a grant says "this device may get exactly this certificate", a command
 * authorisation says "this CSR belongs to that grant". Both are compact JWS (RFC 7515) with ES256;
 * verifiers take their keys from their own files, never from a message.
 */
@NullMarked
package io.certferry.contracts.grant;

import org.jspecify.annotations.NullMarked;
