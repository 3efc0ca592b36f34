/**
 * A real PostgreSQL server from Maven artefacts as a child process, with the databases and roles of
 * the services.
 */
@NullMarked
package io.certferry.testkit.postgres;

import org.jspecify.annotations.NullMarked;
