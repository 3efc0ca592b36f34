/** Tests of the edge, the mappers among them inside a running Quarkus. */
@NullMarked
package io.certferry.edge;

import org.jspecify.annotations.NullMarked;
