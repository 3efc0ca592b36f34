package io.certferry.messaging;

import java.util.HexFormat;

/**
 * The end of a chain at some time, to be kept where whoever can change the database cannot.
 *
 * @param writer the service
 * @param position of the last entry sealed then
 * @param hash its SHA-256, lower-case hex
 */
public record AuditCheckpoint(String writer, long position, String hash) {

  private static final int FIELDS = 3;
  private static final int HASH_BYTES = 32;

  /** Where a chain begins: before its first entry. */
  static AuditCheckpoint beforeFirst(String writer) {
    return new AuditCheckpoint(writer, 0, HexFormat.of().formatHex(new byte[HASH_BYTES]));
  }

  /** The line that is logged and exported: {@code writer position hash}. */
  public String toLine() {
    return writer + " " + position + " " + hash;
  }

  /**
   * Reads an exported line.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static AuditCheckpoint parse(String line) {
    String[] fields = line.trim().split(" ");
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("a checkpoint is: writer position hash");
    }
    HexFormat.of().parseHex(fields[2]);
    return new AuditCheckpoint(fields[0], Long.parseLong(fields[1]), fields[2]);
  }
}
