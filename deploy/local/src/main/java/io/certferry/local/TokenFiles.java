package io.certferry.local;

import io.certferry.testkit.TokenIssuer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** {@code tokens/<role>.token} and {@code tokens/other/<role>.token}, kept fresh. */
final class TokenFiles implements AutoCloseable {

  private static final Duration REWRITE = Duration.ofMinutes(15);

  private final ScheduledExecutorService timer;

  private TokenFiles(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** Writes them now and every 15 minutes. */
  static TokenFiles keep(Path directory, TokenIssuer issuer) {
    write(directory, issuer);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(TokenFiles::daemon);
    var unused =
        timer.scheduleAtFixedRate(
            () -> write(directory, issuer),
            REWRITE.toSeconds(),
            REWRITE.toSeconds(),
            TimeUnit.SECONDS);
    return new TokenFiles(timer);
  }

  static void write(Path directory, TokenIssuer issuer) {
    for (String role : OAuthClient.ROLES) {
      SecretFile.replace(
          directory.resolve(role + ".token"),
          issuer.token(role, "default", TokenEndpoint.TOKEN_VALIDITY));
      SecretFile.replace(
          directory.resolve("other").resolve(role + ".token"),
          issuer.token(role, "other", TokenEndpoint.TOKEN_VALIDITY));
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "token-files");
    thread.setDaemon(true);
    return thread;
  }
}
