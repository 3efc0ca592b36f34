/** Group commit: what many threads want to write at once is written in one transaction. */
@NullMarked
package io.certferry.gateway.batch;

import org.jspecify.annotations.NullMarked;
