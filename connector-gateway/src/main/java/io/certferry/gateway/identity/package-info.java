/** This connector's identities, one for each tenant: enrolled, kept in files, renewed, shown. */
@NullMarked
package io.certferry.gateway.identity;

import org.jspecify.annotations.NullMarked;
