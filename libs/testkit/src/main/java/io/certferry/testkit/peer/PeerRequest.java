package io.certferry.testkit.peer;

import java.util.Map;

/**
 * What came in.
 *
 * @param query without the question mark; empty if there is none
 * @param headers by lower-case name
 * @param client common name of the TLS client certificate; empty without one
 */
public record PeerRequest(
    String method,
    String path,
    String query,
    Map<String, String> headers,
    byte[] body,
    String client) {}
