package io.certferry.gateway.driver.foreign;

import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.FreePorts;
import io.certferry.testkit.process.StopSignal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A server of another project, as Debian packages it, for the length of one test. */
record RealPeer(ChildProcess process, int port) implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofSeconds(5);

  /**
   * Starts it and waits until it listens.
   *
   * @param command {@code PORT} stands for the port
   */
  static RealPeer start(Path directory, String... command) {
    int port = FreePorts.next();
    List<String> arguments = new ArrayList<>();
    for (String argument : command) {
      arguments.add(argument.replace("PORT", Integer.toString(port)));
    }
    ChildProcess process =
        ChildProcess.start(
            new ChildProcess.Spec(
                command[0],
                arguments,
                Map.of(),
                directory,
                directory.resolve(command[0] + ".log"),
                StopSignal.TERM));
    RealPeer peer = new RealPeer(process, port);
    Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(peer::listens);
    return peer;
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  static String run(Path directory, String... command) {
    return ChildProcess.run(List.of(command), Map.of(), directory);
  }

  @Override
  public void close() {
    process.stop(GRACE);
  }
}
