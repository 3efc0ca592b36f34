/**
 * Child processes that can be stopped, killed and restarted, and that never outlive the JVM that
 * started them, however it ends.
 */
@NullMarked
package io.certferry.testkit.process;

import org.jspecify.annotations.NullMarked;
