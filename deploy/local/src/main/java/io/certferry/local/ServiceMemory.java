package io.certferry.local;

import java.util.List;

/** JVM arguments that keep a service under 300 MiB of resident memory (DESIGN section 10). */
final class ServiceMemory {

  static final List<String> ARGUMENTS =
      List.of(
          "-Xms48m",
          "-Xmx104m",
          "-Xmn32m",
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:MaxMetaspaceSize=160m",
          // No optimizing compiler: on two cores with everything else it takes minutes and 50 MiB
          // a service before it pays.
          "-XX:TieredStopAtLevel=1",
          "-XX:ReservedCodeCacheSize=64m",
          "-XX:MaxDirectMemorySize=48m",
          // Gives back what the C library hoards; JDKs before 17.0.9 do not know it.
          "-XX:+IgnoreUnrecognizedVMOptions",
          "-XX:TrimNativeHeapInterval=5000",
          "-XX:+ExitOnOutOfMemoryError");

  private ServiceMemory() {}
}
