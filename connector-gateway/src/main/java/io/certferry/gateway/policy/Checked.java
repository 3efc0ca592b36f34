package io.certferry.gateway.policy;

import java.util.function.Function;

/** The end of a check. */
public sealed interface Checked<T> {

  /** Goes on to the next check if this one holds. */
  <R> Checked<R> then(Function<T, Checked<R>> next);

  /** It holds. */
  record Accepted<T>(T value) implements Checked<T> {
    @Override
    public <R> Checked<R> then(Function<T, Checked<R>> next) {
      return next.apply(value);
    }
  }

  /** It does not. */
  record Refused<T>(Refusal refusal) implements Checked<T> {
    @Override
    public <R> Checked<R> then(Function<T, Checked<R>> next) {
      return new Refused<>(refusal);
    }
  }
}
