package io.certferry.testkit.postgres;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Hides uid 0 from a program: as root it runs in a user namespace that maps nobody. */
final class AsUser {

  private static final String ROOT = "root";

  private AsUser() {}

  static List<String> command(List<String> command) {
    if (!ROOT.equals(System.getProperty("user.name"))) {
      return command;
    }
    if (!Files.isExecutable(Path.of("/usr/bin/unshare"))) {
      throw new IllegalStateException(
          "PostgreSQL does not run as root: install util-linux (unshare), or run as another user");
    }
    List<String> wrapped = new ArrayList<>(List.of("/usr/bin/unshare", "-U"));
    wrapped.addAll(command);
    return wrapped;
  }
}
