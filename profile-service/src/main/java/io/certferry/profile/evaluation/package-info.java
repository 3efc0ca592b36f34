/**
 * What a check-in means: which of the tenant's profiles are for the device, what it has of them
 * already, and what it must get. Pure but for the loading of the catalogue.
 */
@NullMarked
package io.certferry.profile.evaluation;

import org.jspecify.annotations.NullMarked;
