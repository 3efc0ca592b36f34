package io.certferry.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something that happened and must be provable.
 *
 * @param tenant whose
 * @param action what, a stable dotted name in the past tense such as {@code certificate.issued}
 * @param actor who: a token's subject, a service, a connector
 * @param subject to what, such as {@code request/<id>} or {@code device/<id>}
 * @param facts what an auditor needs to see, such as serial, SHA-256, profile version; never a
 *     secret
 */
public record AuditEntry(
    String tenant, String action, String actor, String subject, Map<String, String> facts) {

  public AuditEntry {
    tenant = storable(tenant);
    action = storable(action);
    actor = storable(actor);
    subject = storable(subject);
    Map<String, String> sorted = new TreeMap<>();
    facts.forEach((name, value) -> sorted.put(storable(name), storable(value)));
    facts = Collections.unmodifiableMap(sorted);
  }

  /**
   * PostgreSQL text cannot hold NUL and UTF-8 cannot hold half a surrogate pair; an actor's name
   * must not make an entry fail.
   */
  private static String storable(String text) {
    byte[] utf8 = text.replace('\0', '\uFFFD').getBytes(UTF_8);
    return new String(utf8, UTF_8);
  }
}
