package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import io.certferry.messaging.crash.CrashPoint;
import io.certferry.testkit.Devices;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * kill -9 at every crash point of import and delivery: nothing is lost, nothing comes twice, and no
 * device gets what is another's.
 */
@Tag("faults")
class ImportCrashPointTest {

  private static final int KILLED = 137;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final Stack stack = Stack.shared();
  private final Importer importer = new Importer(stack.local);
  private final Devices devices =
      new Devices(stack.local.keys().deviceCa("default"), InstantSource.system());
  private final String group = "crash-" + UUID.randomUUID();
  private final String upn = "crash-" + UUID.randomUUID() + "@contoso.test";
  private final MailIdentity identity = MailIdentity.of("crash", -1, 300);

  @TempDir Path folder;

  @AfterEach
  void everythingRunsAgain() {
    stack.restoreAll();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"PFX_IMPORT_BEFORE_COMMIT", "PFX_IMPORT_AFTER_COMMIT"},
      value = CrashPoint.class)
  void anImportIsThereOrIsNot(CrashPoint point) {
    // Given
    byte[] file = identity.file(folder, "s3cret");
    importer.profile(0, group);
    ServiceInstance service = armed(ServiceKind.PFX_IMPORT, point);

    // When
    assertThatThrownBy(() -> importer.imported(identity, file, upn, "s3cret"))
        .isInstanceOf(RuntimeException.class);
    restarted(service);

    // Then
    boolean committed = point == CrashPoint.PFX_IMPORT_AFTER_COMMIT;
    assertThat(importer.tryImport(identity, file, upn, "s3cret")).isEqualTo(committed ? 409 : 201);
    delivers(device());
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "PFX_PACKAGE_BEFORE_COMMIT",
        "PFX_PACKAGE_AFTER_COMMIT",
        "PFX_HANDOVER_BEFORE_SEND",
        "PFX_HANDOVER_AFTER_ANSWER",
        "PFX_HANDOVER_AFTER_COMMIT"
      },
      value = CrashPoint.class)
  void aDeliveryComesOnceToItsDevice(CrashPoint point) {
    // Given
    importer.imported(identity, identity.file(folder, "s3cret"), upn, "s3cret");
    importer.profile(0, group);
    awaitImportKnown();
    ServiceInstance service = armed(ServiceKind.PFX_IMPORT, point);

    // When
    ManagedDevice device = device();
    assertThat(importer.checkIn(device, upn, group)).isEqualTo(202);
    restarted(service);

    // Then
    delivers(device);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"PFX_TAKE_BEFORE_COMMIT", "PFX_TAKE_AFTER_COMMIT"},
      value = CrashPoint.class)
  void aPackageIsTakenOnce(CrashPoint point) {
    // Given
    importer.imported(identity, identity.file(folder, "s3cret"), upn, "s3cret");
    importer.profile(0, group);
    awaitImportKnown();
    ServiceInstance service = armed(ServiceKind.ISSUANCE, point);

    // When
    ManagedDevice device = device();
    assertThat(importer.checkIn(device, upn, group)).isEqualTo(202);
    restarted(service);

    // Then
    delivers(device);
  }

  @Test
  void aRotationGoesOn() {
    // Given
    importer.imported(identity, identity.file(folder, "s3cret"), upn, "s3cret");
    importer.profile(0, group);
    ServiceInstance service = armed(ServiceKind.PFX_IMPORT, CrashPoint.PFX_REWRAP_BEFORE_COMMIT);

    // When
    importer.rotate();
    restarted(service);

    // Then
    Awaitility.await("everything to be sealed anew")
        .atMost(LIMIT)
        .until(() -> importer.sealedToFirstVersion() == 0);
    delivers(device());
  }

  private ServiceInstance armed(ServiceKind kind, CrashPoint point) {
    ServiceInstance service = stack.local.service(kind, 1);
    service.stop(GRACE);
    service.startWithCrashPoint(point.name(), 1);
    return service;
  }

  private static void restarted(ServiceInstance service) {
    assertThat(service.endsWithin(LIMIT)).as(service.name() + " comes to its crash point").isTrue();
    assertThat(service.exitCode()).contains(KILLED);
    service.start();
  }

  /** The device gets the certificate once, in a package that its key opens. */
  private void delivers(ManagedDevice device) {
    awaitImportKnown();
    Awaitility.await("the check-in to be accepted")
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(() -> importer.checkIn(device, upn, group) == 202);
    List<Mdm.Offer> offers =
        Awaitility.await("one package")
            .atMost(LIMIT)
            .ignoreExceptions()
            .until(() -> stack.mdm.offers(device), found -> found.size() == 1);
    stack.awaitQuiet();
    assertThat(stack.mdm.offers(device)).isEqualTo(offers);
    OpenedPackage opened = Mdm.open(stack.mdm.fetch(offers.get(0)), device);
    assertThat(opened.certificate()).isEqualTo(identity.certificate());
    assertThat(opened.key()).isEqualTo(identity.keys().getPrivate());
    assertThat(
            stack.databases.count(
                ServiceKind.ISSUANCE,
                "select count(*) from package where device_id = ?",
                device.id()))
        .isEqualTo(1);
  }

  private void awaitImportKnown() {
    Awaitility.await("profile-service to know of the import")
        .atMost(LIMIT)
        .until(
            () ->
                stack.databases.count(
                        ServiceKind.PROFILE,
                        "select count(*) from user_import where user_principal_name = ?",
                        upn)
                    == 1);
  }

  /** With a key of its own. */
  private ManagedDevice device() {
    String id = "crash-" + UUID.randomUUID();
    return new ManagedDevice(devices.ec(id), "ios", "18.1", id);
  }
}
