package io.certferry.revocation.testing;

import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/** The lists that {@link ListServerResource} serves, and the CA that signs them. */
public final class Lists {

  static final String DIRECTORY = "certferry.test.lists";

  private static final AtomicLong NUMBER = new AtomicLong(System.currentTimeMillis());

  private Lists() {}

  private static Path directory() {
    return Path.of(System.getProperty(DIRECTORY, "."));
  }

  public static TestCa ca() {
    return TestCa.in(directory());
  }

  /** Publishes a fresh CRL with these serials, with a higher number than every one before. */
  public static void publish(Collection<String> serials) {
    publishBytes(ca().crl(NUMBER.incrementAndGet(), serials));
  }

  /** Publishes anything. */
  public static void publishBytes(byte[] bytes) {
    TestCa.write(directory().resolve("ca.crl"), bytes);
  }

  /** A number above those of all CRLs so far. */
  public static long nextNumber() {
    return NUMBER.incrementAndGet();
  }
}
