package io.certferry.testkit.kafka;

/**
 * One running Kafka node: broker and controller in one, bound to 127.0.0.1, no topic by accident.
 */
public interface KafkaNode extends AutoCloseable {

  /** {@code host:port} for clients. */
  String bootstrapServers();

  /** Stops it in good order; its data stays. */
  @Override
  void close();
}
