package io.certferry.edge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What Jackson could not read, as a field error: where, and what would be right, without the value
 * and without our class names.
 */
final class JsonFaults {

  private JsonFaults() {}

  static FieldError describe(JsonProcessingException fault) {
    if (fault instanceof JsonMappingException mapping) {
      return new FieldError(pointer(mapping), rule(mapping), message(mapping));
    }
    var place = fault.getLocation();
    String where =
        place == null
            ? ""
            : " at line %d, column %d".formatted(place.getLineNr(), place.getColumnNr());
    return new FieldError("", "json", "is not JSON" + where);
  }

  private static String pointer(JsonMappingException fault) {
    return fault.getPath().stream()
        .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
        .map(name -> "/" + name.replace("~", "~0").replace("/", "~1"))
        .collect(Collectors.joining());
  }

  private static String rule(JsonMappingException fault) {
    if (fault instanceof UnrecognizedPropertyException) {
      return "unknown";
    }
    return fault instanceof ValueInstantiationException ? "invalid" : "type";
  }

  private static String message(JsonMappingException fault) {
    if (fault instanceof UnrecognizedPropertyException) {
      return "is not known here";
    }
    if (fault instanceof ValueInstantiationException
        && fault.getCause() instanceof IllegalArgumentException reason
        && reason.getMessage() != null) {
      return reason.getMessage();
    }
    if (fault instanceof InvalidFormatException format && format.getTargetType().isEnum()) {
      return "must be one of " + Arrays.toString(format.getTargetType().getEnumConstants());
    }
    return fault instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
        ? "must be " + kindOf(mismatch.getTargetType())
        : "cannot be read";
  }

  private static String kindOf(Class<?> type) {
    if (type == String.class) {
      return "a string";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
      return "an array";
    }
    if (type.getPackageName().startsWith("java.")) {
      return "of the form of a " + type.getSimpleName();
    }
    return "of the documented form";
  }
}
