package io.certferry.testkit.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One small shell process per JVM that reads from a pipe which children are alive. When the pipe
 * closes, which even kill -9 of this JVM does, it asks them to end and kills what is left 5 s
 * later.
 */
final class ChildGuard {

  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=
      while read -r op pid signal; do
        case "$op" in
          add) pids="$pids $pid:$signal" ;;
          gone)
            rest=
            for p in $pids; do [ "${p%%:*}" = "$pid" ] || rest="$rest $p"; done
            pids=$rest ;;
        esac
      done
      for p in $pids; do kill "-${p##*:}" "${p%%:*}" 2>/dev/null; done
      i=0
      while [ $i -lt 50 ]; do
        alive=
        for p in $pids; do kill -0 "${p%%:*}" 2>/dev/null && alive=1; done
        [ -n "$alive" ] || exit 0
        sleep 0.1
        i=$((i + 1))
      done
      for p in $pids; do kill -KILL "${p%%:*}" 2>/dev/null; done
      """;

  private static @Nullable ChildGuard instance;

  private final OutputStream pipe;

  private ChildGuard(OutputStream pipe) {
    this.pipe = pipe;
  }

  static synchronized void watch(Process child, StopSignal signal) {
    ChildGuard guard = instance == null ? startGuard() : instance;
    instance = guard;
    guard.tell("add " + child.pid() + " " + signal);
    var unused = child.onExit().thenAccept(gone -> guard.tell("gone " + gone.pid()));
  }

  private static ChildGuard startGuard() {
    try {
      Process shell =
          new ProcessBuilder(List.of("/bin/sh", "-c", SCRIPT))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new ChildGuard(shell.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the guard of child processes", e);
    }
  }

  private synchronized void tell(String line) {
    try {
      pipe.write((line + "\n").getBytes(US_ASCII));
      pipe.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the guard of child processes is gone", e);
    }
  }
}
