package io.certferry.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.certferry.contracts.ContractJson;
import io.vertx.mutiny.sqlclient.Row;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** An appended entry as the table has it, and its canonical bytes. */
record AuditRecord(UUID id, String writer, Instant occurredAt, AuditEntry entry) {

  static final String COLUMNS = "id, writer, tenant, occurred_at, action, actor, subject, facts";

  private static final String FORMAT = "certferry-audit-1";

  static AuditRecord of(Row row) {
    return new AuditRecord(
        row.getUUID("id"),
        row.getString("writer"),
        row.getOffsetDateTime("occurred_at").toInstant(),
        new AuditEntry(
            row.getString("tenant"),
            row.getString("action"),
            row.getString("actor"),
            row.getString("subject"),
            facts(row.getString("facts"))));
  }

  private static Map<String, String> facts(String json) {
    try {
      return ContractJson.mapper().readValue(json, new TypeReference<TreeMap<String, String>>() {});
    } catch (JsonProcessingException e) {
      // Not what was written: whoever compares the hash will see it.
      return Map.of("unreadable", json);
    }
  }

  /**
   * SHA-256 over the previous hash, the position and the entry, each text with its length before
   * it.
   */
  byte[] hash(long position, byte[] previous) {
    return sha256(canonical(position, previous));
  }

  private byte[] canonical(long position, byte[] previous) {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = new DataOutputStream(bytes)) {
      text(out, FORMAT);
      out.write(previous);
      out.writeLong(position);
      text(out, writer);
      out.writeLong(id.getMostSignificantBits());
      out.writeLong(id.getLeastSignificantBits());
      out.writeLong(occurredAt.getEpochSecond());
      out.writeInt(occurredAt.getNano());
      text(out, entry.tenant());
      text(out, entry.action());
      text(out, entry.actor());
      text(out, entry.subject());
      out.writeInt(entry.facts().size());
      for (Map.Entry<String, String> fact : entry.facts().entrySet()) {
        text(out, fact.getKey());
        text(out, fact.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
