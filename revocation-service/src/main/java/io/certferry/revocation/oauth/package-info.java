/** The token endpoint and the service discovery that clients of the partner API use. */
@NullMarked
package io.certferry.revocation.oauth;

import org.jspecify.annotations.NullMarked;
