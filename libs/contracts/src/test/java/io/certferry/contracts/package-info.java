/** Tests of the contract: schemas, golden samples, names. */
@NullMarked
package io.certferry.contracts;

import org.jspecify.annotations.NullMarked;
