package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Three issuance workers and two connectors share the work as competing consumers. */
class SharedWorkTest {

  private static final int REQUESTS = 200;

  private final Stack stack = Stack.shared();

  @Test
  void sharesTwoHundredRequestsAndDeliversEachOnce() {
    // Given
    awaitAssignments();
    List<ManagedDevice> devices = stack.fleet.devices("shared", REQUESTS);
    Map<String, Double> keyedBefore = keyed();

    // When
    devices.forEach(stack.mdm::checkIn);
    stack.awaitDelivered("shared", REQUESTS);

    // Then
    assertThat(stack.invariants.deliveredPackages("shared")).isEqualTo(REQUESTS);
    assertThat(stack.invariants.liveCertificates("shared")).isEqualTo(REQUESTS);
    assertThat(stack.invariants.liveTwice()).isEmpty();
    assertShared(difference(keyedBefore, keyed()));
    assertShared(attempts());
  }

  /** A worker that has just started gets its partitions only when the others have let them go. */
  private void awaitAssignments() {
    Awaitility.await("an even share of the partitions for each worker")
        .atMost(Duration.ofSeconds(60))
        .until(() -> isShared(ofWorkers("kafka_consumer_coordinator_assigned_partitions")));
  }

  private static boolean isShared(Map<String, Double> work) {
    double mean = work.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    return mean > 0 && work.values().stream().allMatch(share -> share >= mean / 2);
  }

  /** The least loaded worker has at least half of the mean. */
  private static void assertShared(Map<String, Double> work) {
    assertThat(isShared(work)).as("%s", work).isTrue();
  }

  private Map<String, Double> keyed() {
    return ofWorkers("certferry_keys_total");
  }

  private Map<String, Double> ofWorkers(String metric) {
    Map<String, Double> values = new TreeMap<>();
    for (ServiceInstance worker : stack.local.services(ServiceKind.ISSUANCE)) {
      values.put(worker.name(), Metrics.of(worker).sum(metric));
    }
    return values;
  }

  private Map<String, Double> attempts() {
    Map<String, Double> attempts = new TreeMap<>();
    for (ServiceInstance connector : stack.local.services(ServiceKind.GATEWAY)) {
      attempts.put(connector.name(), 0.0);
    }
    List<String> owners =
        stack.databases.column(
            ServiceKind.GATEWAY,
            "select lease_owner from attempt a join natural_key_use u using (request_id) "
                + "where u.device_id like 'shared-%'");
    List<String> names = List.copyOf(attempts.keySet());
    List<String> distinct = owners.stream().distinct().sorted().toList();
    assertThat(distinct).as("connectors that submitted").hasSameSizeAs(names);
    for (int i = 0; i < names.size(); i++) {
      String owner = distinct.get(i);
      attempts.put(names.get(i), (double) owners.stream().filter(owner::equals).count());
    }
    return attempts;
  }

  private static Map<String, Double> difference(
      Map<String, Double> before, Map<String, Double> after) {
    Map<String, Double> difference = new TreeMap<>();
    after.forEach((name, value) -> difference.put(name, value - before.getOrDefault(name, 0.0)));
    return difference;
  }
}
