package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What three hundred certificates leave behind: no secret anywhere, and topics that can be read
 * again without effect.
 */
@Tag("faults")
class SecretsAndReplayTest {

  private static final int CERTIFICATES = 300;
  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final List<ServiceKind> SERVICES =
      List.of(ServiceKind.PROFILE, ServiceKind.ISSUANCE, ServiceKind.GATEWAY);

  private final Stack stack = Stack.shared();

  @Test
  void leavesNoSecretBehindAndTopicsThatCanBeReplayed()
      throws IOException, ExecutionException, InterruptedException {
    // Given
    SecretScan scan = new SecretScan();
    List<ManagedDevice> devices = stack.fleet.devices("scanned", CERTIFICATES);
    devices.forEach(stack.mdm::checkIn);
    stack.awaitDelivered("scanned", CERTIFICATES);
    for (ManagedDevice device : devices) {
      Mdm.Offer offer = stack.mdm.offers(device).get(0);
      OpenedPackage opened = Mdm.open(stack.mdm.fetch(offer), device);
      scan.add(opened.key());
      scan.add(opened.password());
    }

    // Then
    assertThat(scan.hitsIn(stack.local.runDirectory())).isEmpty();
    for (ServiceInstance service : stack.local.services()) {
      byte[] metrics = Metrics.of(service).text().getBytes(StandardCharsets.UTF_8);
      assertThat(scan.isHit(metrics)).as(service.name()).isFalse();
    }
    replayChangesNothing();
  }

  private void replayChangesNothing() throws ExecutionException, InterruptedException {
    // Given
    stack.awaitQuiet();
    stack.local.services().forEach(service -> service.stop(GRACE));
    SERVICES.forEach(service -> stack.databases.execute(service, "truncate inbox"));
    Map<String, String> before = BusinessRows.of(stack.databases);

    try (Admin admin = admin()) {
      // When
      List<String> groups = SERVICES.stream().map(ServiceKind::module).toList();
      Awaitility.await("the groups to be empty")
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(
              () ->
                  admin.deleteConsumerGroups(groups).all().toCompletionStage() != null
                      && deleted(admin, groups));
      stack.restoreAll();
      Awaitility.await("every group to have read everything")
          .atMost(Duration.ofSeconds(120))
          .ignoreExceptions()
          .until(() -> lag(admin, groups) == 0);
    }
    stack.awaitQuiet();

    // Then
    assertThat(BusinessRows.of(stack.databases)).isEqualTo(before);
  }

  private static boolean deleted(Admin admin, List<String> groups)
      throws ExecutionException, InterruptedException {
    return admin.listGroups().all().get().stream()
        .noneMatch(group -> groups.contains(group.groupId()));
  }

  /**
   * Records that some group with committed offsets has still to read; at least 1 while a group has
   * none.
   */
  private static long lag(Admin admin, List<String> groups)
      throws ExecutionException, InterruptedException {
    long lag = 0;
    for (String group : groups) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      if (committed.isEmpty()) {
        return 1;
      }
      lag += behind(admin, committed);
    }
    return lag;
  }

  private static long behind(Admin admin, Map<TopicPartition, OffsetAndMetadata> committed)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends =
        admin
            .listOffsets(
                committed.keySet().stream()
                    .collect(
                        java.util.stream.Collectors.toMap(
                            partition -> partition, partition -> OffsetSpec.latest())))
            .all()
            .get();
    return committed.entrySet().stream()
        .mapToLong(entry -> end(ends, entry.getKey()) - entry.getValue().offset())
        .sum();
  }

  private static long end(
      Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends, TopicPartition partition) {
    return java.util.Objects.requireNonNull(ends.get(partition)).offset();
  }

  private Admin admin() {
    Properties properties = new Properties();
    properties.put(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, stack.local.kafka().bootstrapServers());
    return Admin.create(properties);
  }

  @Test
  void theScanFindsASecretInEachFormInWhichItMightLeak(@TempDir Path folder) throws IOException {
    // Given
    ManagedDevice device = stack.fleet.device("scan-control");
    SecretScan scan = new SecretScan();
    scan.add(device.device().keys().getPrivate());
    byte[] pkcs8 = device.device().keys().getPrivate().getEncoded();
    var base64 = java.util.Base64.getEncoder();

    for (int shift = 0; shift < 3; shift++) {
      byte[] shifted = new byte[shift + pkcs8.length];
      System.arraycopy(pkcs8, 0, shifted, shift, pkcs8.length);
      Files.write(folder.resolve("base64-" + shift), base64.encode(shifted));
    }
    Files.write(folder.resolve("raw"), pkcs8);
    Files.writeString(folder.resolve("hex"), java.util.HexFormat.of().formatHex(pkcs8));
    Files.writeString(folder.resolve("harmless"), "no secret here, only words and more words");

    // Then
    assertThat(scan.hitsIn(folder))
        .extracting(file -> file.getFileName().toString())
        .containsExactly("base64-0", "base64-1", "base64-2", "hex", "raw");
  }
}
