package io.certferry.gateway.command;

import io.certferry.contracts.Topics;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Subscribes the channel {@code ca-commands} to the topics of the CAs in {@code
 * certferry.connector.cas}.
 */
public final class CommandTopics implements ConfigSourceFactory {

  static final String CAS = "certferry.connector.cas";
  static final String TOPICS = "mp.messaging.incoming.ca-commands.topics";

  /**
   * Only what is not even a batch of records could go there; single records have the topic of their
   * own.
   */
  static final String DEAD = "mp.messaging.incoming.ca-commands.dead-letter-queue.topic";

  private static final String GROUP = "connector-gateway";

  /** Above application.properties (250), below environment and system properties. */
  private static final int ORDINAL = 260;

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    ConfigValue cas = context.getValue(CAS);
    return cas == null || cas.getValue() == null || cas.getValue().isBlank()
        ? List.of()
        : List.of(
            new PropertiesConfigSource(
                properties(topics(cas.getValue())), "connector's CAs", ORDINAL));
  }

  private static Map<String, String> properties(List<String> topics) {
    return Map.of(TOPICS, String.join(",", topics), DEAD, Topics.deadLetters(GROUP, topics.get(0)));
  }

  @Override
  public OptionalInt getPriority() {
    return OptionalInt.of(ORDINAL);
  }

  private static List<String> topics(String cas) {
    return Arrays.stream(cas.split(",")).map(String::trim).map(Topics::caCommands).toList();
  }
}
