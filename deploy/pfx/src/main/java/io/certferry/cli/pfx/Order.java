package io.certferry.cli.pfx;

import java.nio.file.Path;

/**
 * One file to import.
 *
 * @param place where it was ordered, for the report, such as {@code line 7}
 * @param password as it was written
 */
record Order(String place, String user, Path file, char[] password, String purpose) {

  @Override
  public String toString() {
    return place + " " + file.getFileName();
  }
}
