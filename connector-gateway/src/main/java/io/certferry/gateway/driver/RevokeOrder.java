package io.certferry.gateway.driver;

/**
 * @param issuer RFC 4514 name of the issuing CA
 * @param serial lower-case hex
 * @param reason RFC 5280 name, such as keyCompromise
 */
public record RevokeOrder(String issuer, String serial, String reason) {}
