package io.certferry.profile.naming;

/**
 * A subject alternative name as a profile writes it.
 *
 * @param type one of upn, email, dns, uri, ip
 * @param value text with variables
 */
public record AlternativeName(String type, String value) {}
