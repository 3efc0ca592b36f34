package io.certferry.systemtests;

import static io.certferry.local.ServiceKind.ISSUANCE;
import static io.certferry.local.ServiceKind.PROFILE;
import static io.certferry.local.ServiceKind.REVOCATION;

import io.certferry.local.LocalStack;
import io.certferry.local.StackOptions;
import io.certferry.pki.CryptoProviders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * What one check-in, one certificate and one revocation cost: CPU of each process, bytes on Kafka
 * and in PostgreSQL. {@code system-tests/costs} writes the figures that {@code deploy/sizing}
 * reckons with.
 */
public final class Costs {

  private static final int PORT_OFFSET = 9500;
  private static final int PARTITIONS = 12;
  private static final int WARM_UP = 2_000;
  private static final int CERTIFICATES = 4_000;
  private static final int CHECK_INS = 200_000;
  private static final int REVOCATIONS = 1_000;
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration SETTLE = Duration.ofSeconds(10);

  private final LocalStack stack;
  private final Databases databases;
  private final Mdm mdm;
  private final Load load;
  private final List<String> lines = new ArrayList<>();

  private Costs(LocalStack stack, Mdm mdm, Load load) {
    this.stack = stack;
    this.databases = new Databases(stack);
    this.mdm = mdm;
    this.load = load;
  }

  /** Measures and writes the table; the argument is its file. */
  public static void main(String[] arguments) throws IOException {
    CryptoProviders.install();
    StackOptions options =
        StackOptions.defaults()
            .elsewhere(Path.of("target/costs"), PORT_OFFSET)
            .forMeasurement(PARTITIONS);
    try (LocalStack stack = LocalStack.start(options, System.out::println)) {
      Mdm mdm = new Mdm(stack, "default");
      mdm.assignedProfile(Mdm.userProfile("costs", "EC", 256));
      try (Load load = new Load(stack, mdm)) {
        Costs costs = new Costs(stack, mdm, load);
        costs.measure(Fleet.of(stack));
        Files.write(Path.of(arguments[0]), costs.lines);
      }
    }
  }

  private void measure(Fleet fleet) {
    lines.add(
        "# unit\twhat\tper unit (measured " + Instant.now() + ", JDK " + Runtime.version() + ")");
    issue(fleet.devices("warm-up", WARM_UP), "warm-up");
    List<ManagedDevice> devices = fleet.devices("cost", CERTIFICATES);
    account("certificate", CERTIFICATES, () -> issue(devices, "cost"));
    account("check-in", CHECK_INS, () -> checkIn(devices));
    account("revocation", REVOCATIONS, () -> revoke(devices.subList(0, REVOCATIONS)));
    stack
        .services()
        .forEach(
            service -> lines.add("memory\t" + service.name() + "\t" + service.residentMegabytes()));
  }

  private void account(String unit, int count, Runnable work) {
    Load.pause(SETTLE);
    Expenses before = Expenses.of(stack, databases);
    work.run();
    Load.pause(SETTLE);
    lines.addAll(Expenses.of(stack, databases).since(before).perUnit(unit, count));
  }

  private void issue(List<ManagedDevice> devices, String prefix) {
    devices.forEach(load::send);
    load.flush();
    await(
        () ->
            databases.count(
                    ISSUANCE,
                    "select count(*) from package where kind = 'pkcs' and device_id like ?",
                    prefix + "-%")
                >= devices.size());
  }

  private void checkIn(List<ManagedDevice> devices) {
    double before = evaluated();
    for (int i = 0; i < CHECK_INS; i++) {
      load.send(devices.get(i % devices.size()));
    }
    load.flush();
    await(() -> evaluated() - before >= CHECK_INS);
  }

  private double evaluated() {
    return Metrics.of(stack.service(PROFILE, 1)).sum("certferry_checkins_total");
  }

  private void revoke(List<ManagedDevice> devices) {
    devices.forEach(device -> load.sendRecord(mdm.lifecycleRecord(device, "unenrolled")));
    load.flush();
    await(
        () ->
            databases.count(
                    REVOCATION,
                    "select count(*) from revocation where state in ('listed', 'closed')")
                >= devices.size());
  }

  private static void await(BooleanSupplier done) {
    Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).until(done::getAsBoolean);
  }
}
