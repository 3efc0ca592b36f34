package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.ServiceKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand imports: while they come in one user's devices are served as ever, and a rotation of
 * their key lets no delivery fail.
 */
@Tag("load")
class ManyImportsTest {

  private static final int IMPORTS = Integer.getInteger("certferry.imports", 10_000);
  private static final int THREADS = 3;
  private static final int WARM_UP = 60;
  private static final int MEASURED = 200;
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration BAR = Duration.ofSeconds(1);

  private final Stack stack = Stack.shared();
  private final Importer importer = new Importer(stack.local);
  private final String group = "many-" + UUID.randomUUID();
  private final MailIdentity identity = MailIdentity.of("many", -1, 300);

  @TempDir Path folder;

  @Test
  void delaysNobodyAndRotatesWithoutAFailedDelivery() throws Exception {
    // Given
    byte[] file = identity.file(folder, "s3cret");
    importer.profile(0, group);
    String calm = "calm-" + UUID.randomUUID() + "@contoso.test";
    importer.imported(identity, file, calm, "s3cret");
    awaitKnown(calm);
    deliveries(calm, WARM_UP);
    List<Duration> idle = deliveries(calm, MEASURED);
    System.out.println("check-in to package, nothing else going on: " + summary(idle));

    // When
    ExecutorService crowd = Executors.newFixedThreadPool(THREADS);
    AtomicInteger next = new AtomicInteger();
    String batch = "many-" + UUID.randomUUID();
    List<Future<?>> importing = new ArrayList<>();
    long began = System.nanoTime();
    for (int i = 0; i < THREADS; i++) {
      importing.add(
          crowd.submit(
              () -> {
                for (int n = next.incrementAndGet(); n <= IMPORTS; n = next.incrementAndGet()) {
                  importer.imported(identity, file, user(batch, n), "s3cret");
                }
              }));
    }
    List<Duration> busy = new ArrayList<>();
    while (importing.stream().anyMatch(one -> !one.isDone())) {
      busy.add(delivered(calm));
    }
    for (Future<?> one : importing) {
      one.get();
    }
    System.out.printf(
        "%d imports in %d s; meanwhile %s%n",
        IMPORTS, Duration.ofNanos(System.nanoTime() - began).toSeconds(), summary(busy));
    Awaitility.await("profile-service to know of them")
        .atMost(LIMIT)
        .until(
            () ->
                stack.databases.count(
                        ServiceKind.PROFILE,
                        "select count(*) from user_import where user_principal_name like ?",
                        batch + "-%")
                    == IMPORTS);

    // When
    importer.rotate();
    began = System.nanoTime();
    List<Duration> rotating = new ArrayList<>();
    RandomGenerator random = RandomGenerator.getDefault();
    while (importer.sealedToFirstVersion() > 0) {
      rotating.add(delivered(user(batch, 1 + random.nextInt(IMPORTS))));
    }
    System.out.printf(
        "rotated in %d s; meanwhile %s%n",
        Duration.ofNanos(System.nanoTime() - began).toSeconds(), summary(rotating));
    crowd.shutdown();

    // Then
    assertThat(percentile(idle, 99)).isLessThan(BAR);
    assertThat(percentile(busy, 99)).isLessThan(BAR);
    assertThat(rotating).isNotEmpty();
    assertThat(
            stack.databases.count(
                ServiceKind.PFX_IMPORT, "select count(*) from delivery where state = 'FAILED'"))
        .isZero();
  }

  private static String user(String batch, int number) {
    return batch + "-" + number + "@contoso.test";
  }

  private List<Duration> deliveries(String upn, int count) {
    return Stream.generate(() -> delivered(upn)).limit(count).toList();
  }

  /** A new device of the user: from the beginning of its check-in to its package. */
  private Duration delivered(String upn) {
    ManagedDevice device = stack.fleet.device("many-" + UUID.randomUUID());
    long began = System.nanoTime();
    assertThat(importer.checkIn(device, upn, group)).isEqualTo(202);
    Awaitility.await("the package of " + upn)
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> stack.mdm.offers(device).size() == 1);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private void awaitKnown(String upn) {
    Awaitility.await("profile-service to know of the import")
        .atMost(LIMIT)
        .until(
            () ->
                stack.databases.count(
                        ServiceKind.PROFILE,
                        "select count(*) from user_import where user_principal_name = ?",
                        upn)
                    == 1);
  }

  private static Duration percentile(List<Duration> times, int percent) {
    List<Duration> sorted = new ArrayList<>(times);
    Collections.sort(sorted);
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  private static String summary(List<Duration> times) {
    return times.size()
        + " deliveries, p50 "
        + percentile(times, 50).toMillis()
        + " ms, p99 "
        + percentile(times, 99).toMillis()
        + " ms, longest "
        + percentile(times, 100).toMillis()
        + " ms";
  }
}
