package io.certferry.messaging;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/**
 * UUIDv7 ids (RFC 9562, 5.7): they sort by the millisecond of their making and, in one process, in
 * the order of their making.
 */
public final class EventIds {

  private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

  private EventIds() {}

  public static UUID next() {
    return GENERATOR.generate();
  }
}
