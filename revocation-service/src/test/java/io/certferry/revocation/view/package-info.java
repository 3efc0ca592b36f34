/** Tests of the REST resources. */
@NullMarked
package io.certferry.revocation.view;

import org.jspecify.annotations.NullMarked;
