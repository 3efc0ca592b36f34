package io.certferry.gateway.command;

import io.certferry.contracts.Topics;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import jakarta.annotation.Priority;
import jakarta.interceptor.Interceptor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes the channel {@code ca-commands} to the topics of the CAs in {@code
 * certferry.connector.cas}, wherever that is configured: an interceptor sees every source, also the
 * files that {@code quarkus.config.locations} names.
 */
@Priority(Interceptor.Priority.APPLICATION)
public final class CommandTopics implements ConfigSourceInterceptor {

  private static final long serialVersionUID = 1L;

  static final String CAS = "certferry.connector.cas";
  static final String TOPICS = "mp.messaging.incoming.ca-commands.topics";

  /**
   * Only what is not even a batch of records could go there; single records have the topic of their
   * own.
   */
  static final String DEAD = "mp.messaging.incoming.ca-commands.dead-letter-queue.topic";

  private static final String GROUP = "connector-gateway";

  @Override
  public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
    return switch (name) {
      case TOPICS -> derived(context, name, topics -> String.join(",", topics));
      case DEAD -> derived(context, name, topics -> Topics.deadLetters(GROUP, topics.get(0)));
      default -> context.proceed(name);
    };
  }

  @Override
  public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
    Set<String> names = new LinkedHashSet<>();
    context.iterateNames().forEachRemaining(names::add);
    names.addAll(List.of(TOPICS, DEAD));
    return names.iterator();
  }

  /** Where no CA is configured, whatever the sources say. */
  private static @Nullable ConfigValue derived(
      ConfigSourceInterceptorContext context, String name, Function<List<String>, String> value) {
    ConfigValue cas = context.proceed(CAS);
    return cas == null || cas.getValue() == null || cas.getValue().isBlank()
        ? context.proceed(name)
        : cas.withName(name).withValue(value.apply(topics(cas.getValue())));
  }

  private static List<String> topics(String cas) {
    return Arrays.stream(cas.split(",")).map(String::trim).map(Topics::caCommands).toList();
  }
}
