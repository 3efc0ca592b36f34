package io.certferry.systemtests;

import io.certferry.local.Api;
import io.certferry.local.LocalStack;
import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import io.certferry.local.StackOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * One stack for all tests of this module: three issuance workers and two connectors, with short
 * deadlines.
 */
final class Stack {

  private static final int PORT_OFFSET = Integer.getInteger("certferry.stack.ports", 7000);
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);
  private static final Duration QUIET_LIMIT = Duration.ofSeconds(150);

  /** They live for seconds between two crashes. */
  private static final List<String> STARTS_FAST = List.of("-XX:TieredStopAtLevel=1");

  private static final Stack SHARED = new Stack();

  final PeopleDirectory directory = PeopleDirectory.started();
  final LocalStack local;
  final Api api;
  final Databases databases;
  final Invariants invariants;
  final Mdm mdm;
  final Fleet fleet;
  final String profileId;

  private Stack() {
    local =
        LocalStack.start(
            StackOptions.defaults()
                .elsewhere(Path.of("target/stack"), PORT_OFFSET)
                .withInstances(ServiceKind.ISSUANCE, 3)
                .withInstances(ServiceKind.GATEWAY, 2)
                .withJvmArguments(ServiceKind.PROFILE, STARTS_FAST)
                .withJvmArguments(ServiceKind.ISSUANCE, STARTS_FAST)
                .withJvmArguments(ServiceKind.GATEWAY, STARTS_FAST)
                .withJvmArguments(ServiceKind.REVOCATION, STARTS_FAST)
                .withJvmArguments(ServiceKind.PFX_IMPORT, STARTS_FAST)
                .withProperties(ServiceKind.REVOCATION, directory.feed())
                .withProperties(
                    ServiceKind.PROFILE, Map.of("certferry.enrolment.resend-after", "PT4S"))
                .withProperties(
                    ServiceKind.ISSUANCE,
                    Map.of(
                        "certferry.request.resend-after", "PT4S",
                        "certferry.request.lease", "PT5S",
                        "certferry.retention.after-install", "PT0S",
                        "certferry.key-pool.target.\"EC-256\"", "5",
                        "certferry.key-pool.idle-for", "PT0.1S"))
                .withProperties(
                    ServiceKind.GATEWAY,
                    Map.of(
                        "certferry.ca.builtin.call-timeout", "PT4S",
                        "certferry.ca.builtin.lease", "PT12S")),
            text -> System.out.println("stack: " + text));
    Map<String, String> tokens = new ConcurrentHashMap<>();
    api = new Api(role -> tokens.computeIfAbsent(role, r -> local.token(r, "default")));
    databases = new Databases(local);
    invariants = new Invariants(databases);
    mdm = new Mdm(local, "default");
    fleet = Fleet.of(local);
    profileId = mdm.assignedProfile(Mdm.userProfile("system tests", "EC", 256));
  }

  /** Starts it with the first test that asks; the JVM's end stops it. */
  static Stack shared() {
    return SHARED;
  }

  /** Checks in until it is accepted, as an MDM repeats what was not. */
  void checkInUntilAccepted(ManagedDevice device) {
    Awaitility.await("check-in of " + device.id())
        .atMost(QUIET_LIMIT)
        .pollInterval(100, TimeUnit.MILLISECONDS)
        .ignoreExceptions()
        .until(() -> mdm.tryCheckIn(device) == 202);
  }

  /** Waits until every device with the prefix has its package and nothing is under way. */
  void awaitDelivered(String prefix, int devices) {
    Awaitility.await(devices + " packages for " + prefix)
        .atMost(QUIET_LIMIT)
        .pollInterval(250, TimeUnit.MILLISECONDS)
        .until(() -> invariants.deliveredPackages(prefix) >= devices);
    awaitQuiet();
  }

  /** Waits until nothing is open and nothing unsent. */
  void awaitQuiet() {
    Awaitility.await("nothing under way")
        .atMost(QUIET_LIMIT)
        .pollInterval(250, TimeUnit.MILLISECONDS)
        .until(() -> invariants.stillOpen().isEmpty() && invariants.unsentEvents() == 0);
  }

  /** Leaves one instance of a service, so that it meets whatever is armed. */
  void keepOne(ServiceKind kind) {
    others(kind).forEach(instance -> instance.stop(STOP_GRACE));
  }

  /** Starts all instances that do not run. */
  void restoreAll() {
    local.services().stream()
        .filter(service -> !service.isAlive())
        .forEach(ServiceInstance::launch);
    local.services().forEach(ServiceInstance::awaitReady);
  }

  private List<ServiceInstance> others(ServiceKind kind) {
    List<ServiceInstance> all = local.services(kind);
    return all.subList(1, all.size());
  }
}
