package io.certferry.edge;

/**
 * One broken rule.
 *
 * @param field JSON Pointer into the body ({@code /subject}), or the name of a query parameter or
 *     header
 * @param rule stable code of the rule, such as {@code required}, {@code pattern}, {@code
 *     unknown-variable}
 * @param message for people; never repeats a secret
 */
public record FieldError(String field, String rule, String message) {}
