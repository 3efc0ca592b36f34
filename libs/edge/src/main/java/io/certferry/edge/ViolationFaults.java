package io.certferry.edge;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Broken Bean Validation constraints as field errors. */
final class ViolationFaults {

  private ViolationFaults() {}

  static List<FieldError> describe(ConstraintViolationException fault) {
    return fault.getConstraintViolations().stream()
        .map(ViolationFaults::describe)
        .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::rule))
        .toList();
  }

  private static FieldError describe(ConstraintViolation<?> violation) {
    return new FieldError(
        field(violation.getPropertyPath()), rule(violation), violation.getMessage());
  }

  /** A pointer into the body; the parameter's name where the parameter itself is at fault. */
  private static String field(Path path) {
    String parameter = "";
    StringBuilder pointer = new StringBuilder();
    for (Path.Node node : path) {
      if (node.getKind() == ElementKind.PARAMETER) {
        parameter = String.valueOf(node.getName());
      } else if (node.getKind() != ElementKind.METHOD) {
        append(pointer, node);
      }
    }
    return pointer.length() == 0 ? parameter : pointer.toString();
  }

  private static void append(StringBuilder pointer, Path.Node node) {
    if (node.getIndex() != null) {
      pointer.append('/').append(node.getIndex());
    } else if (node.getKey() != null) {
      pointer.append('/').append(node.getKey());
    }
    if (node.getKind() == ElementKind.PROPERTY && node.getName() != null) {
      pointer.append('/').append(node.getName());
    }
  }

  /** {@code @NotBlank} becomes {@code not-blank}. */
  private static String rule(ConstraintViolation<?> violation) {
    String name =
        violation.getConstraintDescriptor().getAnnotation().annotationType().getSimpleName();
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }
}
