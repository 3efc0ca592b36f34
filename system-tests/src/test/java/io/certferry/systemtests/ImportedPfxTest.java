package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.RemovalRequested;
import io.certferry.local.ServiceKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S/MIME for real: imported once, read on each of the user's devices. */
@Tag("faults")
class ImportedPfxTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Stack stack = Stack.shared();
  private final Importer importer = new Importer(stack.local);
  private final DeviceTopics topics = new DeviceTopics(stack.local);
  private final String group = "smime-" + UUID.randomUUID();
  private final String upn = "alice-" + UUID.randomUUID() + "@contoso.test";

  @TempDir Path folder;

  @Test
  void readsOldAndNewMailOnTwoDevicesOfTheUser() {
    // Given
    MailIdentity lastYear = MailIdentity.of("alice", -400, -35);
    MailIdentity current = MailIdentity.of("alice", -40, 325);
    importer.imported(lastYear, lastYear.file(folder.resolve("old"), "Pässword"), upn, "Pässword");
    importer.imported(current, current.file(folder.resolve("new"), "s3cret"), upn, "s3cret");
    Path oldMail = lastYear.encrypt(folder.resolve("old-mail"), "written last year");
    Path newMail = current.encrypt(folder.resolve("new-mail"), "written today");
    importer.profile(5, group);
    awaitImportsKnown(2);

    for (String deviceId : List.of("mail-phone-1", "mail-laptop-1")) {
      // When
      ManagedDevice device = stack.fleet.device(deviceId + "-" + UUID.randomUUID());
      assertThat(importer.checkIn(device, upn, group)).isEqualTo(202);

      // Then
      List<OpenedPackage> delivered =
          awaitOffers(device, 2).stream().map(o -> open(o, device)).toList();
      assertThat(MailIdentity.decrypt(folder.resolve("r1"), oldMail, of(delivered, lastYear)))
          .isEqualTo("written last year");
      assertThat(MailIdentity.decrypt(folder.resolve("r2"), newMail, of(delivered, current)))
          .isEqualTo("written today");
    }
  }

  @Test
  void takesADeletedImportFromTheDevicesAndNeverRevokesIt() {
    // Given
    MailIdentity identity = MailIdentity.of("bob", -1, 300);
    String id = importer.imported(identity, identity.file(folder, "s3cret"), upn, "s3cret");
    importer.profile(5, group);
    awaitImportsKnown(1);
    ManagedDevice device = stack.fleet.device("mail-bob-" + UUID.randomUUID());
    importer.checkIn(device, upn, group);
    Mdm.Offer offer = awaitOffers(device, 1).get(0);
    stack.mdm.acknowledge(offer);

    // When
    importer.delete(id);

    // Then
    Awaitility.await("the enrolment to end")
        .atMost(LIMIT)
        .until(
            () ->
                stack.databases.column(
                    ServiceKind.PROFILE,
                    "select ended_reason from enrolment where device_id = ? and ended_at is not null",
                    device.id()),
            reasons -> reasons.equals(List.of("import-deleted")));
    assertThat(awaitRemoval(device).packageId()).hasToString(offer.id());
    assertThat(stack.mdm.status(offer)).isEqualTo(410);
    importer.checkIn(device, upn, group);
    stack.awaitQuiet();
    assertThat(stack.mdm.offers(device)).isEmpty();
    assertThat(
            stack.databases.count(
                ServiceKind.ISSUANCE,
                "select count(*) from request where device_id = ? and state = 'CANCELLED'",
                device.id()))
        .isEqualTo(1);
    assertThat(
            stack.databases.column(
                ServiceKind.REVOCATION,
                "select action || ' ' || state || ' ' || state_reason from revocation where device_id = ?",
                device.id()))
        .containsExactly("remove closed removal-requested");
  }

  private RemovalRequested awaitRemoval(ManagedDevice device) {
    return Awaitility.await("the removal event")
        .atMost(LIMIT)
        .until(
            () ->
                topics.removals().stream()
                    .filter(each -> each.naturalKey().deviceId().equals(device.id()))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private void awaitImportsKnown(int count) {
    Awaitility.await("profile-service to know of the imports")
        .atMost(LIMIT)
        .until(
            () ->
                stack.databases.count(
                        ServiceKind.PROFILE,
                        "select count(*) from user_import where user_principal_name = ?",
                        upn)
                    == count);
  }

  private List<Mdm.Offer> awaitOffers(ManagedDevice device, int count) {
    return Awaitility.await(count + " packages")
        .atMost(LIMIT)
        .until(() -> stack.mdm.offers(device), offers -> offers.size() == count);
  }

  private OpenedPackage open(Mdm.Offer offer, ManagedDevice device) {
    return Mdm.open(stack.mdm.fetch(offer), device);
  }

  private static OpenedPackage of(List<OpenedPackage> delivered, MailIdentity identity) {
    return delivered.stream()
        .filter(each -> each.certificate().equals(identity.certificate()))
        .findFirst()
        .orElseThrow();
  }
}
