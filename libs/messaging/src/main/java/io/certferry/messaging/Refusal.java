package io.certferry.messaging;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * An event that breaks a rule and belongs to the dead letters.
 *
 * @param event as it was handed to the handler
 * @param reason stable code
 * @param detail a sentence without payload
 */
public record Refusal(InboundEvent<?> event, String reason, String detail) {

  DeadLetter letter(Map<String, ConsumerRecord<String, byte[]>> recordsByPlace) {
    ConsumerRecord<String, byte[]> record =
        recordsByPlace.get(BatchIntake.where(event.topic(), event.partition(), event.offset()));
    if (record == null) {
      throw new IllegalStateException("a refused event was not of this batch");
    }
    return new DeadLetter(record, reason, detail);
  }
}
