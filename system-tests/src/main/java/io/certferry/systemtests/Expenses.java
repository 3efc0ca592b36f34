package io.certferry.systemtests;

import io.certferry.local.LocalStack;
import io.certferry.local.ServiceKind;
import io.certferry.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a stack has used so far.
 *
 * @param cpuMillis by process; PostgreSQL with all its backends
 * @param kafkaBytes in the log segments of all topics, one copy
 * @param postgresBytes of all databases, indexes included
 */
record Expenses(Map<String, Long> cpuMillis, long kafkaBytes, long postgresBytes) {

  /** Clock ticks are hundredths of a second on every Linux that we run on. */
  private static final int MILLIS_PER_TICK = 10;

  private static final int FIRST_CPU_FIELD = 11;

  static Expenses of(LocalStack stack, Databases databases) {
    Map<String, Long> cpu = new TreeMap<>();
    stack.services().forEach(service -> cpu.put(service.name(), tree(service.pid())));
    cpu.put("postgresql", tree(pid(stack.postgres().process())));
    cpu.put("kafka", tree(pid(stack.kafka().process())));
    return new Expenses(
        cpu,
        logSegments(stack.runDirectory().resolve("data/kafka")),
        databases.count(
            ServiceKind.PROFILE,
            "select sum(pg_database_size(datname))::bigint from pg_database where not datistemplate"));
  }

  Expenses since(Expenses before) {
    Map<String, Long> cpu = new TreeMap<>();
    cpuMillis.forEach(
        (name, used) -> cpu.put(name, used - before.cpuMillis.getOrDefault(name, 0L)));
    return new Expenses(cpu, kafkaBytes - before.kafkaBytes, postgresBytes - before.postgresBytes);
  }

  /** Lines of a table: unit, what, per unit. */
  List<String> perUnit(String unit, int count) {
    List<String> lines = new ArrayList<>();
    cpuMillis.forEach(
        (name, used) -> lines.add(line(unit, "cpu-ms " + name, (double) used / count)));
    lines.add(line(unit, "kafka-bytes", (double) kafkaBytes / count));
    lines.add(line(unit, "postgres-bytes", (double) postgresBytes / count));
    return lines;
  }

  private static String line(String unit, String what, double value) {
    return String.format(Locale.ROOT, "%s\t%s\t%.4f", unit, what, value);
  }

  private static long pid(@Nullable ChildProcess process) {
    if (process == null) {
      throw new IllegalStateException("the server does not run");
    }
    return process.pid();
  }

  /** Own time, that of ended children, and that of the living. */
  private static long tree(long root) {
    return ProcessHandle.of(root).stream()
        .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
        .mapToLong(handle -> millis(handle.pid()))
        .sum();
  }

  private static long millis(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long ticks = 0;
      for (int i = FIRST_CPU_FIELD; i < FIRST_CPU_FIELD + 4; i++) {
        ticks += Long.parseLong(fields[i]);
      }
      return ticks * MILLIS_PER_TICK;
    } catch (IOException ended) {
      return 0;
    }
  }

  private static long logSegments(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      long bytes = 0;
      for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    } catch (IOException e) {
      throw new IllegalStateException("cannot measure Kafka's data", e);
    }
  }
}
