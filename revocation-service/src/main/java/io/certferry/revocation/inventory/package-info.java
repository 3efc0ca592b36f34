/** What this service knows of requests, certificates and profiles, learned from events alone. */
@NullMarked
package io.certferry.revocation.inventory;

import org.jspecify.annotations.NullMarked;
