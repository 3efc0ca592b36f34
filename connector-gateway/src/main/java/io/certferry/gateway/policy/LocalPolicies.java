package io.certferry.gateway.policy;

import io.certferry.pki.Digests;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The policies of this connector's CAs, read again when their files change. A file that cannot be
 * read or is wrong stops the start; later it leaves the policy as it was, and says so in the log.
 */
@Singleton
public class LocalPolicies {

  private static final Logger LOG = Logger.getLogger(LocalPolicies.class);
  private static final String BUILTIN = "builtin";

  private final PolicyConfig config;
  private final Map<String, Loaded> loaded = new ConcurrentHashMap<>();

  LocalPolicies(PolicyConfig config) {
    this.config = config;
  }

  /** Policies that never change. */
  static LocalPolicies fixed(Map<String, LocalPolicy> policies) {
    LocalPolicies fixed = new LocalPolicies(new NoFiles());
    policies.forEach(
        (caId, policy) -> fixed.loaded.put(caId, new Loaded(policy, "fixed", Long.MAX_VALUE)));
    return fixed;
  }

  private static final class NoFiles implements PolicyConfig {
    @Override
    public Map<String, Path> file() {
      return Map.of();
    }

    @Override
    public Duration reloadEvery() {
      return Duration.ZERO;
    }
  }

  private record Loaded(LocalPolicy policy, String sha256, long lookAgainAt) {}

  /**
   * Reads the policy of a CA for the first time.
   *
   * @param driver kind of driver; only the built-in CA may go without a file
   * @throws IllegalStateException without a file where there must be one, or with a wrong one
   */
  public void load(String caId, String driver) {
    Path file = config.file().get(caId);
    if (file != null) {
      loaded.put(caId, read(caId, file));
    } else if (driver.equals(BUILTIN)) {
      loaded.put(caId, new Loaded(LocalPolicy.ANY_NAME_BUT_DENIED, "built-in", Long.MAX_VALUE));
    } else {
      throw new IllegalStateException(
          "certferry.policy.file." + caId + " must name this connector's policy file");
    }
  }

  /** The policy now in force. */
  LocalPolicy of(String caId) {
    Loaded current = loaded.get(caId);
    if (current == null) {
      throw new IllegalStateException("no policy loaded for CA " + caId);
    }
    return isDue(current) ? lookAgain(caId, current).policy() : current.policy();
  }

  /** The most that a CA may be asked for; empty without a limit. */
  public Optional<RateLimit> rateLimit(String caId) {
    return Optional.ofNullable(of(caId).rateLimit());
  }

  /**
   * What identifies the policy in force, for the audit: SHA-256 of the file, or {@code built-in}.
   */
  public String version(String caId) {
    Loaded current = loaded.get(caId);
    return current == null ? "none" : current.sha256();
  }

  private static boolean isDue(Loaded current) {
    return current.lookAgainAt() != Long.MAX_VALUE && System.nanoTime() - current.lookAgainAt() > 0;
  }

  private Loaded lookAgain(String caId, Loaded current) {
    Loaded next = again(caId, current);
    loaded.put(caId, next);
    if (!next.sha256().equals(current.sha256())) {
      LOG.infof("event=policy-changed caId=%s sha256=%s", caId, next.sha256());
    }
    return next;
  }

  private Loaded again(String caId, Loaded current) {
    try {
      return read(caId, Objects.requireNonNull(config.file().get(caId)));
    } catch (IllegalStateException e) {
      LOG.errorf("event=policy-unreadable caId=%s error=%s", caId, e.getMessage());
      return new Loaded(current.policy(), current.sha256(), nextLook());
    }
  }

  private Loaded read(String caId, Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      LocalPolicy policy =
          PolicyFile.parse(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
      return new Loaded(policy, Digests.sha256Hex(bytes), nextLook());
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "the policy file of CA " + caId + " is not usable: " + e.getMessage(), e);
    }
  }

  private long nextLook() {
    return System.nanoTime() + config.reloadEvery().toNanos();
  }
}
