/**
 * The port to a CA of any kind: what a driver can do ({@code Capabilities}), what it is asked and
 * what it may answer. A driver is synchronous, is called on worker threads with no transaction
 * open, and never retries: the layer above is the only one that does.
 */
@NullMarked
package io.certferry.gateway.driver;

import org.jspecify.annotations.NullMarked;
