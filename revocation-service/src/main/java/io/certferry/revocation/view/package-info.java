/**
 * What people and dashboards see: the REST resource, the views of what is open, and the metrics.
 */
@NullMarked
package io.certferry.revocation.view;

import org.jspecify.annotations.NullMarked;
