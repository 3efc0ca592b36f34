/** The auditor against a CA that lies. */
@NullMarked
package io.certferry.gateway.auditor;

import org.jspecify.annotations.NullMarked;
