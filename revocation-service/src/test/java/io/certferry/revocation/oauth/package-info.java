/** Tests of tokens and discovery. */
@NullMarked
package io.certferry.revocation.oauth;

import org.jspecify.annotations.NullMarked;
