/** Values between rows of the database and this service's types. */
@NullMarked
package io.certferry.pfximport.rows;

import org.jspecify.annotations.NullMarked;
