/**
 * The revocation API that integrations of other CAs ask: requests are handed out under leases,
 * results come back in any order, once or more often.
 */
@NullMarked
package io.certferry.revocation.partner;

import org.jspecify.annotations.NullMarked;
