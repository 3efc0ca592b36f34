/**
 * Private keys: made or taken from the pool, wrapped under day keys that live outside PostgreSQL,
 * committed with the CSR before any CA hears of them.
 */
@NullMarked
package io.certferry.issuance.key;

import org.jspecify.annotations.NullMarked;
