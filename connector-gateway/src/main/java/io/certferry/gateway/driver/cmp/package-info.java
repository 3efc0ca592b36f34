/**
 * Certificate Management Protocol (RFC 9810 and its lightweight profile, RFC 9483) on Bouncy
 * Castle's CMP classes: p10cr, polling, certConf and rr, protected by a shared secret (PBMAC of RFC
 * 4210) or by a signature.
 */
@NullMarked
package io.certferry.gateway.driver.cmp;

import org.jspecify.annotations.NullMarked;
