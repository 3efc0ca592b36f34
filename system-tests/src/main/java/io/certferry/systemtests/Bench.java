package io.certferry.systemtests;

import static io.certferry.local.ServiceKind.GATEWAY;
import static io.certferry.local.ServiceKind.ISSUANCE;
import static io.certferry.local.ServiceKind.PROFILE;

import io.certferry.local.LocalStack;
import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import io.certferry.local.StackOptions;
import io.certferry.pki.CryptoProviders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;

/**
 * Measures the table of DESIGN section 10 on a stack of its own and prints it, bars beside figures.
 * Rates are ratios within one run: the raw rates of the machine are measured first, with nothing
 * else running. Arguments choose parts: {@code checkins}, {@code latency}, {@code sustained},
 * {@code rsa}; none means all.
 */
public final class Bench {

  private static final int PORT_OFFSET = 9000;
  private static final int PARTITIONS = 12;
  private static final Duration RAW = Duration.ofSeconds(8);
  private static final Duration WARM_UP = Duration.ofSeconds(60);
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private static final int WINDOWS = 3;
  private static final int KNOWN_DEVICES = 1_000;
  private static final int NO_OP_CHECK_INS = 400_000;
  private static final int OPEN_AT_ONCE = 600;
  private static final int RSA_OPEN_AT_ONCE = 150;

  private final BenchTable table = new BenchTable();
  private final Set<String> parts;

  private Bench(Set<String> parts) {
    this.parts = parts;
  }

  /** Runs it; exit code 0 even where a bar is missed, since the table says so. */
  public static void main(String[] arguments) throws IOException {
    Bench bench = new Bench(new TreeSet<>(Arrays.asList(arguments)));
    bench.run();
    System.out.println();
    System.out.println(bench.machine());
    System.out.println();
    System.out.println(bench.table);
  }

  private boolean wants(String part) {
    return parts.isEmpty() || parts.contains(part);
  }

  private void run() {
    CryptoProviders.install();
    double rawRsa = rawRates();
    double p256 = 0;
    if (wants("checkins") || wants("latency") || wants("sustained")) {
      p256 = measureWithEllipticCurves();
    }
    if (wants("rsa")) {
      measureWithRsa(rawRsa, p256);
    }
  }

  private double rawRates() {
    double rsa = RawRates.keyPairs("RSA", 2048, RAW.multipliedBy(2));
    table.add("raw RSA-2048 key pairs, all cores", perSecond(rsa));
    table.add("raw P-256 key pairs, all cores", perSecond(RawRates.keyPairs("EC", 256, RAW)));
    table.add(
        "raw P-256 signatures, all cores",
        perSecond(RawRates.signatures("EC", 256, "SHA256withECDSA", RAW)));
    return rsa;
  }

  private double measureWithEllipticCurves() {
    try (Run run = new Run(options(), Mdm.userProfile("bench P-256", "EC", 256))) {
      if (wants("latency")) {
        run.oneAtATime("warm-up", 100);
        idleLatency(run, "EC P-256", 300);
        dispatch(run);
      }
      if (wants("checkins")) {
        noOpCheckIns(run);
      }
      double sustained = wants("sustained") ? sustained(run, OPEN_AT_ONCE) : 0;
      if (sustained > 0) {
        table.add(
            "sustained issuance, P-256, whole pipeline",
            perSecond(sustained),
            "≥ 150/s",
            sustained >= 150);
      }
      memory(run);
      return sustained;
    }
  }

  private void measureWithRsa(double raw, double p256) {
    StackOptions noPool =
        options().withProperties(ISSUANCE, Map.of("certferry.key-pool.fill", "false"));
    try (Run run = new Run(noPool, Mdm.userProfile("bench RSA", "RSA", 2048))) {
      run.oneAtATime("rsa-warm-up", 10);
      double keyMillis = 2_000 / raw;
      idleLatency(run, "RSA-2048", keyMillis + 300);
      double sustained = sustained(run, RSA_OPEN_AT_ONCE);
      table.add(
          "sustained issuance, RSA-2048, no pool",
          perSecond(sustained) + percentOf(sustained, raw, "raw rate"),
          "≥ 85 % of the raw rate",
          sustained >= 0.85 * raw);
    }
    burst(p256);
  }

  private void burst(double p256) {
    int keys = 1_000;
    StackOptions pool =
        options()
            .withProperties(
                ISSUANCE, Map.of("certferry.key-pool.target.\"RSA-2048\"", Integer.toString(keys)));
    try (Run run = new Run(pool, Mdm.userProfile("bench RSA pool", "RSA", 2048))) {
      run.awaitPool(keys);
      double rate = run.burst("burst", keys - 100);
      table.add(
          "burst of " + (keys - 100) + ", RSA-2048, warm key pool",
          perSecond(rate) + (p256 > 0 ? percentOf(rate, p256, "P-256 rate") : ""),
          "≥ 80 % of the P-256 rate",
          p256 > 0 && rate >= 0.8 * p256);
    }
  }

  private void idleLatency(Run run, String key, double bar) {
    Percentiles latency = run.oneAtATime("idle", 40);
    table.add(
        "accept → package ready, one device, idle, " + key,
        String.format(
            Locale.ROOT, "p50 %.0f ms, p99 %.0f ms", latency.at(0.5) * 1e3, latency.at(0.99) * 1e3),
        String.format(Locale.ROOT, "p50 ≤ %.0f ms", bar),
        latency.at(0.5) * 1e3 <= bar);
  }

  private void dispatch(Run run) {
    Percentiles latency = run.acceptToClaim("dispatch", 50 * 20, 50);
    table.add(
        "accept → connector claims it, at 50 requests/s",
        String.format(
            Locale.ROOT, "p50 %.0f ms, p99 %.0f ms", latency.at(0.5) * 1e3, latency.at(0.99) * 1e3),
        "p50 ≤ 100 ms, p99 ≤ 1 s",
        latency.at(0.5) <= 0.1 && latency.at(0.99) <= 1);
  }

  private void noOpCheckIns(Run run) {
    double rate = run.noOpCheckIns(KNOWN_DEVICES, NO_OP_CHECK_INS);
    table.add(
        "check-ins that need nothing, through Kafka in batches ("
            + NO_OP_CHECK_INS
            + " accepted, none lost)",
        perSecond(rate),
        "≥ 15,000/s",
        rate >= 15_000);
  }

  private static double sustained(Run run, int openAtOnce) {
    return run.sustained("sustained-" + openAtOnce, openAtOnce, WARM_UP, WINDOW, WINDOWS);
  }

  private void memory(Run run) {
    for (ServiceInstance service : run.stack.services()) {
      long resident = service.residentMegabytes();
      table.add(
          "resident memory of " + service.name() + " after the load",
          resident + " MiB",
          "≤ 300 MiB",
          resident <= 300);
    }
  }

  private static StackOptions options() {
    return StackOptions.defaults()
        .elsewhere(Path.of("target/bench"), PORT_OFFSET)
        .forMeasurement(PARTITIONS);
  }

  private String machine() throws IOException {
    Map<String, String> cpu = new HashMap<>();
    Files.readAllLines(Path.of("/proc/cpuinfo"))
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                cpu.putIfAbsent(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
              }
            });
    return String.format(
        Locale.ROOT,
        "Machine: %d cores, %s; JDK %s; provider %s; everything on the same cores, generator included; %s",
        Runtime.getRuntime().availableProcessors(),
        cpu.getOrDefault("model name", "unknown CPU"),
        Runtime.version(),
        CryptoProviders.current(),
        Instant.now());
  }

  private static String perSecond(double rate) {
    return String.format(Locale.ROOT, rate < 1_000 ? "%.1f/s" : "%,.0f/s", rate);
  }

  private static String percentOf(double rate, double reference, String name) {
    return String.format(Locale.ROOT, " (%.0f %% of the %s)", 100 * rate / reference, name);
  }

  /** One stack with one profile, and the ways to load and to look at it. */
  private static final class Run implements AutoCloseable {

    private static final String READY =
        "select count(*) from package where kind = 'pkcs' and device_id like ?";

    final LocalStack stack;
    private final Databases databases;
    private final Mdm mdm;
    private final Fleet fleet;
    private final Load load;

    Run(StackOptions options, String profile) {
      stack = LocalStack.start(options, text -> System.out.println("stack: " + text));
      databases = new Databases(stack);
      mdm = new Mdm(stack, "default");
      fleet = Fleet.of(stack);
      load = new Load(stack, mdm);
      mdm.assignedProfile(profile);
    }

    /**
     * Seconds from acceptance to the package, by the databases' clock, one device after the other.
     */
    Percentiles oneAtATime(String prefix, int count) {
      String name = prefix + "-" + System.nanoTime();
      for (ManagedDevice device : fleet.devices(name, count)) {
        mdm.checkIn(device);
        Awaitility.await(device.id())
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(10))
            .until(() -> !mdm.offers(device).isEmpty());
      }
      return between(
          name,
          ISSUANCE,
          "select request_id || ' ' || extract(epoch from created_at) from package");
    }

    /** Seconds from acceptance to the connector's claim. */
    Percentiles acceptToClaim(String prefix, int count, double perSecond) {
      load.sendAtRate(fleet.devices(prefix, count), perSecond);
      awaitPackages(prefix, count);
      return between(
          prefix,
          GATEWAY,
          "select request_id || ' ' || extract(epoch from claimed_at) from ca_command"
              + " where kind = 'SUBMIT' and claimed_at is not null");
    }

    private Percentiles between(String prefix, ServiceKind service, String sql) {
      Map<String, Double> accepted =
          instants(
              PROFILE,
              "select request_id || ' ' || extract(epoch from created_at) from enrolment"
                  + " where device_id like ?",
              prefix + "-%");
      List<Double> seconds = new ArrayList<>();
      instants(service, sql)
          .forEach(
              (request, end) -> {
                Double start = accepted.get(request);
                if (start != null) {
                  seconds.add(end - start);
                }
              });
      return Percentiles.of(seconds);
    }

    private Map<String, Double> instants(ServiceKind service, String sql, Object... parameters) {
      Map<String, Double> instants = new HashMap<>();
      for (String row : databases.column(service, sql, parameters)) {
        String[] parts = row.split(" ");
        instants.put(parts[0], Double.parseDouble(parts[1]));
      }
      return instants;
    }

    private void awaitPackages(String prefix, long count) {
      Awaitility.await(count + " packages for " + prefix)
          .atMost(Duration.ofMinutes(10))
          .pollInterval(Duration.ofMillis(200))
          .until(() -> databases.count(ISSUANCE, READY, prefix + "-%") >= count);
    }

    /** Certificates a second: the median of the windows after the warm-up. */
    double sustained(String prefix, int openAtOnce, Duration warmUp, Duration window, int windows) {
      long start = System.nanoTime();
      long end = start + warmUp.plus(window.multipliedBy(windows)).toNanos();
      List<long[]> samples = new ArrayList<>();
      int sent = 0;
      while (System.nanoTime() < end) {
        long ready = databases.count(ISSUANCE, READY, prefix + "-%");
        samples.add(new long[] {System.nanoTime() - start, ready});
        for (; sent < ready + openAtOnce; sent++) {
          load.send(fleet.device(prefix + "-" + sent));
        }
        Load.pause(Duration.ofMillis(500));
      }
      List<Double> rates = new ArrayList<>();
      for (int i = 0; i < windows; i++) {
        long from = warmUp.plus(window.multipliedBy(i)).toNanos();
        rates.add(rate(samples, from, from + window.toNanos()));
      }
      System.out.println("bench: windows " + rates);
      awaitPackages(prefix, sent);
      return Percentiles.of(rates).at(0.5);
    }

    private static double rate(List<long[]> samples, long from, long to) {
      long[] first = at(samples, from);
      long[] last = at(samples, to);
      return (last[1] - first[1]) * 1e9 / (last[0] - first[0]);
    }

    private static long[] at(List<long[]> samples, long instant) {
      long[] found = samples.get(0);
      for (long[] sample : samples) {
        if (sample[0] <= instant) {
          found = sample;
        }
      }
      return found;
    }

    /** Certificates a second, from the first to the last package of a burst. */
    double burst(String prefix, int count) {
      List<ManagedDevice> devices = fleet.devices(prefix, count);
      long start = System.nanoTime();
      devices.forEach(load::send);
      load.flush();
      awaitPackages(prefix, count);
      return count * 1e9 / (System.nanoTime() - start);
    }

    /**
     * Check-ins a second of devices that have everything, from a backlog that is there when the
     * service starts.
     */
    double noOpCheckIns(int known, int count) {
      List<ManagedDevice> devices = fleet.devices("known", known);
      devices.forEach(load::send);
      load.flush();
      awaitPackages("known", known);
      ServiceInstance profile = stack.service(PROFILE, 1);
      profile.stop(Duration.ofSeconds(15));
      for (int i = 0; i < count; i++) {
        load.send(devices.get(i % known));
      }
      load.flush();
      profile.start();
      return ConsumedRate.measure(stack, count);
    }

    void awaitPool(int keys) {
      Awaitility.await(keys + " keys in the pool")
          .atMost(Duration.ofMinutes(10))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> databases.count(ISSUANCE, "select count(*) from key_pool") >= keys);
    }

    @Override
    public void close() {
      load.close();
      stack.close();
    }
  }
}
