package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

class FixedKeysTest {

  private final FixedKeys filter = new FixedKeys();

  @Test
  void liftsTheFixedKeysAndNothingElse() {
    // Given
    ExtLogRecord record = record("event=ca-down caId=%s attempt=%d deviceId=dev-1", "corp", 3);

    // When
    boolean shown = filter.isLoggable(record);

    // Then
    assertThat(shown).isTrue();
    assertThat(record.getMdcCopy())
        .containsEntry("event", "ca-down")
        .containsEntry("caId", "corp")
        .containsEntry("deviceId", "dev-1")
        .doesNotContainKey("attempt");
  }

  @Test
  void leavesOtherMessagesAlone() {
    // Given
    ExtLogRecord record = record("Installed features: [cdi]");

    // When
    filter.isLoggable(record);

    // Then
    assertThat(record.getMdcCopy()).isEmpty();
  }

  private static ExtLogRecord record(String format, Object... parameters) {
    ExtLogRecord record =
        new ExtLogRecord(
            Level.INFO, format, ExtLogRecord.FormatStyle.PRINTF, FixedKeysTest.class.getName());
    record.setParameters(parameters);
    return record;
  }
}
