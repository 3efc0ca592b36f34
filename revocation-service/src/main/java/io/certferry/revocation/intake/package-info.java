/** The Kafka consumers: lifecycle events, certificates, profiles and the CAs' answers. */
@NullMarked
package io.certferry.revocation.intake;

import org.jspecify.annotations.NullMarked;
