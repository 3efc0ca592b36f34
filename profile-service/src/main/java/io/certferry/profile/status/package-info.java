/**
 * What devices say of packages, and what people see: the status of profiles, devices and
 * certificates.
 */
@NullMarked
package io.certferry.profile.status;

import org.jspecify.annotations.NullMarked;
