/**
 * Revocations as rows: how one is ordered, once per certificate, and every transition it makes
 * until the CA lists it.
 */
@NullMarked
package io.certferry.revocation.order;

import org.jspecify.annotations.NullMarked;
