/**
 * CloudFlare's cfssl, {@code cfssl serve}: a JSON API whose requests are authenticated by an HMAC.
 * It drops user principal names, URIs and the SID extension without a word, which is why everything
 * it issues must be compared with the grant; it can neither be searched nor asked again.
 */
@NullMarked
package io.certferry.gateway.driver.cfssl;

import org.jspecify.annotations.NullMarked;
