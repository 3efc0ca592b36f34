package io.certferry.messaging;

import io.smallrye.mutiny.CompositeException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Whether trying again can help. */
enum FailureKind {
  /**
   * The database is away, busy or not migrated; or the handler said so. Nothing is wrong with the
   * record.
   */
  TRANSIENT,
  /** The record itself makes the handler fail, as it will each time. */
  RECORD;

  private static final int CLASS_LENGTH = 2;

  static FailureKind of(Throwable failure) {
    Throwable error = rootOf(failure);
    if (error instanceof PgException pg) {
      return ofSqlState(pg.getSqlState());
    }
    return error instanceof RetryLaterException
            || error instanceof IOException
            || error instanceof TimeoutException
            || isOfTheDriver(error)
        ? TRANSIENT
        : RECORD;
  }

  /**
   * Classes of PostgreSQL's appendix A: data (22), constraint (23) and raised (P0) errors are the
   * record's, all others the database's.
   */
  private static FailureKind ofSqlState(@Nullable String state) {
    String kind = state == null || state.length() < CLASS_LENGTH ? "" : state.substring(0, 2);
    return switch (kind) {
      case "21", "22", "23", "P0" -> RECORD;
      default -> TRANSIENT;
    };
  }

  /**
   * Vert.x reports a lost connection, a closed pool or an exhausted one with exceptions of its own
   * packages.
   */
  private static boolean isOfTheDriver(Throwable error) {
    return error.getClass().getName().startsWith("io.vertx.")
        || error instanceof IllegalStateException && isThrownBy(error, "io.vertx.");
  }

  private static boolean isThrownBy(Throwable error, String packagePrefix) {
    StackTraceElement[] stack = error.getStackTrace();
    return stack.length > 0 && stack[0].getClassName().startsWith(packagePrefix);
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable error = failure;
    while (isWrapper(error) && error.getCause() != null) {
      error = error.getCause();
    }
    return error;
  }

  private static boolean isWrapper(Throwable error) {
    return error instanceof CompletionException
        || error instanceof ExecutionException
        || error instanceof CompositeException;
  }

  /** What happened, without the message, which may quote the record. */
  static String describe(Throwable failure) {
    Throwable error = rootOf(failure);
    if (error instanceof PgException pg) {
      String constraint = pg.getConstraint() == null ? "" : " constraint " + pg.getConstraint();
      return "SQLSTATE " + pg.getSqlState() + constraint;
    }
    return error.getClass().getSimpleName();
  }
}
