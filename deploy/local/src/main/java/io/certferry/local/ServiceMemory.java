package io.certferry.local;

import java.util.List;

/** JVM arguments that keep a service under 300 MiB of resident memory (DESIGN section 10). */
final class ServiceMemory {

  static final List<String> ARGUMENTS =
      List.of(
          "-Xms32m",
          "-Xmx144m",
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:MaxMetaspaceSize=128m",
          "-XX:ReservedCodeCacheSize=64m",
          "-XX:MaxDirectMemorySize=48m",
          "-XX:+ExitOnOutOfMemoryError");

  private ServiceMemory() {}
}
