package io.certferry.messaging;

import java.time.Duration;
import java.util.UUID;

/**
 * How rows are claimed for work (a convention of columns, not a table): {@code lease_owner text},
 * {@code lease_until timestamptz}, {@code lease_epoch bigint}. A claim takes rows whose {@code
 * lease_until} is null or past {@code now()} with {@code for update skip locked}, writes the owner,
 * {@code now() + $length} and epoch + 1, and returns the epoch. Every later write of the worker
 * says {@code where id = $id and lease_epoch = $epoch}: zero rows mean that somebody else owns the
 * row now, and the result is evidence only (invariant I12). Only the database's clock judges.
 *
 * @param owner this process, for people who read the table; the epoch is what fences
 * @param length how long a claim holds without a renewal
 */
public record Lease(String owner, Duration length) {

  private static final String PROCESS = UUID.randomUUID().toString();

  public Lease {
    if (length.isNegative() || length.isZero()) {
      throw new IllegalArgumentException("length must be positive");
    }
  }

  /** A lease in this process's name. */
  public static Lease ofThisProcess(Duration length) {
    return new Lease(PROCESS, length);
  }

  /** The length as a parameter for {@code now() + make_interval(secs => $n)}. */
  public double seconds() {
    return length.toMillis() / 1000.0;
  }
}
