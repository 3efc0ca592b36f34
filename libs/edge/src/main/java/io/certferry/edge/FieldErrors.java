package io.certferry.edge;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with a request, so that the client hears of everything at once. Not for
 * several threads.
 */
public final class FieldErrors {

  private final List<FieldError> errors = new ArrayList<>();

  /** Adds an error. */
  public FieldErrors add(String field, String rule, String message) {
    errors.add(new FieldError(field, rule, message));
    return this;
  }

  /** Adds an error if the condition does not hold; gives the condition back. */
  public boolean require(boolean condition, String field, String rule, String message) {
    if (!condition) {
      add(field, rule, message);
    }
    return condition;
  }

  /** Adds errors found elsewhere. */
  public FieldErrors addAll(List<FieldError> more) {
    errors.addAll(more);
    return this;
  }

  public boolean isEmpty() {
    return errors.isEmpty();
  }

  public List<FieldError> toList() {
    return List.copyOf(errors);
  }

  /**
   * Ends the collecting.
   *
   * @throws ProblemException 422 with all errors, if there are any
   */
  public void throwIfAny() {
    if (!errors.isEmpty()) {
      throw ProblemException.ruleBroken(errors);
    }
  }
}
