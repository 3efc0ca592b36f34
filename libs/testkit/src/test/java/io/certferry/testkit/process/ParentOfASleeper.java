package io.certferry.testkit.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A program that starts a child, tells its pid and waits to be killed. */
final class ParentOfASleeper {

  private ParentOfASleeper() {}

  public static void main(String[] arguments) throws Exception {
    Path pidFile = Path.of(arguments[0]);
    ChildProcess sleeper =
        ChildProcess.start(
            new ChildProcess.Spec(
                "sleeper",
                List.of("/bin/sleep", "600"),
                Map.of(),
                Path.of("/"),
                pidFile.resolveSibling("sleeper.log"),
                StopSignal.TERM));
    Path fresh = pidFile.resolveSibling("pid.new");
    Files.writeString(fresh, Long.toString(sleeper.pid()));
    Files.move(fresh, pidFile, StandardCopyOption.ATOMIC_MOVE);
    new CountDownLatch(1).await();
  }
}
