/**
 * Microsoft AD CS from anywhere, over HTTPS: the Certificate Enrollment Policy web service
 * (MS-XCEP) tells templates, rights and addresses, the Certificate Enrollment web service
 * (MS-WSTEP) issues. Decisions rest on element names and HRESULTs, never on texts, which Windows
 * localises. Neither service can search or revoke.
 */
@NullMarked
package io.certferry.gateway.driver.adcs;

import org.jspecify.annotations.NullMarked;
