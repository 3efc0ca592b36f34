/**
 * Set-based SQL: a list of things becomes one array per column, and one statement with unnest
 * writes them all.
 */
@NullMarked
package io.certferry.issuance.rows;

import org.jspecify.annotations.NullMarked;
