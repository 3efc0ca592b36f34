package io.certferry.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.contracts.Headers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudEventsTest {

  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  @Test
  void bringsBackWhatItEncoded() {
    // Given
    OutboundEvent sent =
        new OutboundEvent(
            "t1",
            "topic",
            "t1/dev-1",
            Samples.payload("dev-1", "because"),
            new Cause("story", "event-0", TRACEPARENT));

    // When
    InboundEvent<?> received = CloudEvents.decode(Samples.record(sent, 7));

    // Then
    assertThat(received.payload()).isEqualTo(sent.payload());
    assertThat(received.type()).isEqualTo("io.certferry.issuance.PackageWithdrawn.v1");
    assertThat(received.tenant()).isEqualTo("t1");
    assertThat(received.key()).isEqualTo("t1/dev-1");
    assertThat(received.offset()).isEqualTo(7);
    assertThat(received.time()).isEqualTo(Samples.NOW);
    assertThat(received.id().version()).isEqualTo(7);
    assertThat(received.cause()).isEqualTo(new Cause("story", "event-0", TRACEPARENT));
    assertThat(Cause.of(received))
        .isEqualTo(new Cause("story", received.id().toString(), TRACEPARENT));
  }

  @Test
  void writesTheHeadersOfTheKafkaBinding() {
    // When
    var headers =
        HeaderText.read(
            CloudEvents.encode(Samples.event("topic", "dev-1", "x"), Samples.SERVICE, Samples.NOW)
                .headers());

    // Then
    assertThat(headers).containsEntry(Headers.SPEC_VERSION, "1.0".getBytes(UTF_8));
    assertThat(headers).containsEntry(Headers.SOURCE, "/certferry/test-service".getBytes(UTF_8));
    assertThat(headers).containsEntry(Headers.CONTENT_TYPE, "application/json".getBytes(UTF_8));
    assertThat(headers).containsEntry(Headers.TIME, "2026-11-24T10:00:00Z".getBytes(UTF_8));
  }

  @Test
  void makesSequencesThatSortAsText() {
    assertThat(CloudEvents.sequence(9)).isLessThan(CloudEvents.sequence(10));
    assertThat(CloudEvents.sequence(99)).isLessThan(CloudEvents.sequence(Long.MAX_VALUE));
  }

  @ParameterizedTest
  @CsvSource({
    "ce_id,,header",
    "ce_id,not-a-uuid,header",
    "ce_type,,header",
    "ce_type,io.certferry.issuance.Nonsense.v9,unknown-type",
    "ce_tenantid,,header",
    "ce_tenantid,t2,key",
    "ce_time,yesterday,header"
  })
  void refusesABrokenEnvelope(String header, @Nullable String value, String reason) {
    // Given
    Map<String, byte[]> headers = headersOfASample();
    headers.remove(header);
    if (value != null) {
      headers.put(header, value.getBytes(UTF_8));
    }

    // When, Then
    assertRefused(sampleWith(headers, sampleValue()), reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|undecodable",
        "null|undecodable",
        "{\"packageId\":\"x\"}|undecodable",
        "{}|schema",
        "{\"packageId\":\"0b87b1b4-7d5c-4f6c-8d2e-3f4f0a9b8c7d\"}|schema"
      })
  void refusesWhatIsNotOfTheContract(String json, String reason) {
    assertRefused(sampleWith(headersOfASample(), json.getBytes(UTF_8)), reason);
  }

  @Test
  void refusesARecordWithoutValueOrKey() {
    // Given
    var sample = Samples.record(Samples.event("topic", "dev-1", "x"), 0);
    var noValue = new ConsumerRecord<String, byte[]>("topic", 0, 0L, "t1/dev-1", null);
    var noKey = new ConsumerRecord<String, byte[]>("topic", 0, 0L, null, sample.value());
    sample.headers().forEach(noKey.headers()::add);

    // When, Then
    assertRefused(noValue, "empty");
    assertRefused(noKey, "key");
  }

  @Test
  void namesTheMemberAndNeverItsValue() {
    // Given
    byte[] json = "{\"packageId\":\"hunter2\",\"requestId\":null}".getBytes(UTF_8);

    // When, Then
    assertThatThrownBy(() -> CloudEvents.decode(sampleWith(headersOfASample(), json)))
        .hasMessageContaining("packageId")
        .hasMessageNotContaining("hunter2");
  }

  private static void assertRefused(ConsumerRecord<String, byte[]> record, String reason) {
    assertThatThrownBy(() -> CloudEvents.decode(record))
        .isInstanceOfSatisfying(
            UnreadableRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static ConsumerRecord<String, byte[]> sampleWith(
      Map<String, byte[]> headers, byte[] value) {
    return Samples.record("topic", 0, "t1/dev-1", headers, value);
  }

  private static byte[] sampleValue() {
    return Samples.record(Samples.event("topic", "dev-1", "x"), 0).value();
  }

  private static Map<String, byte[]> headersOfASample() {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    Samples.record(Samples.event("topic", "dev-1", "x"), 0)
        .headers()
        .forEach(header -> headers.put(header.key(), header.value()));
    return headers;
  }
}
