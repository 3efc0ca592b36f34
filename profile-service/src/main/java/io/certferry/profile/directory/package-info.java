/**
 * Which CAs and templates a tenant has, as its connectors report them; a profile may name no
 * others.
 */
@NullMarked
package io.certferry.profile.directory;

import org.jspecify.annotations.NullMarked;
