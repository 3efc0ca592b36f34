package io.certferry.pki.certificate;

/**
 * One way in which an issued certificate is not the one asked for.
 *
 * @param field what differs, such as {@code subject} or {@code validity}
 * @param expected for people
 * @param actual for people
 */
public record Mismatch(String field, String expected, String actual) {}
