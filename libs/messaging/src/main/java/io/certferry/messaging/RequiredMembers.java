package io.certferry.messaging;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds members that a message must have and lacks. Jackson leaves an absent record component null;
 * the contract says with {@code @Nullable} which may be absent.
 */
final class RequiredMembers {

  private static final ClassValue<List<Member>> MEMBERS =
      new ClassValue<>() {
        @Override
        protected List<Member> computeValue(Class<?> type) {
          return type.isRecord()
              ? Arrays.stream(type.getRecordComponents()).map(Member::of).toList()
              : List.of();
        }
      };

  private RequiredMembers() {}

  /** The JSON Pointer of the first one; empty if the message is whole. */
  static Optional<String> firstMissing(Object payload) {
    return missing("", payload).findFirst();
  }

  private static Stream<String> missing(String path, Object value) {
    if (value instanceof Collection<?> items) {
      return items.stream().flatMap(item -> missingItem(path + "/*", item));
    }
    if (value instanceof Map<?, ?> map) {
      return map.values().stream().flatMap(item -> missingItem(path + "/*", item));
    }
    return MEMBERS.get(value.getClass()).stream().flatMap(member -> member.missing(path, value));
  }

  private static Stream<String> missingItem(String path, @Nullable Object item) {
    return item == null ? Stream.of(path) : missing(path, item);
  }

  private record Member(RecordComponent component, boolean required) {

    static Member of(RecordComponent component) {
      component.getAccessor().trySetAccessible();
      boolean nullable =
          component.getAnnotatedType().isAnnotationPresent(Nullable.class)
              || component.getType() == Optional.class;
      return new Member(component, !nullable);
    }

    Stream<String> missing(String parent, Object owner) {
      String path = parent + "/" + component.getName();
      Object value = value(owner);
      if (value == null) {
        return required ? Stream.of(path) : Stream.empty();
      }
      return RequiredMembers.missing(path, value);
    }

    private @Nullable Object value(Object owner) {
      try {
        return component.getAccessor().invoke(owner);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot read " + Objects.toString(component), e);
      }
    }
  }
}
