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
