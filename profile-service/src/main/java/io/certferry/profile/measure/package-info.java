/**
 * What operators see of the whole: certificates and when they end, what is awaited, and which
 * connectors serve which CA. Read from the database on a timer, never at a scrape.
 */
@NullMarked
package io.certferry.profile.measure;

import org.jspecify.annotations.NullMarked;
