package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.ServiceInstance;
import io.certferry.local.ServiceKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What imports and their deliveries leave behind: no secret anywhere. */
@Tag("faults")
class ImportedSecretsTest {

  private static final int USERS = 40;
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private final Stack stack = Stack.shared();
  private final Importer importer = new Importer(stack.local);

  @TempDir Path folder;

  @Test
  void leavesNoSecretOfAnImportBehind() throws IOException {
    // Given
    String group = "scan-" + UUID.randomUUID();
    importer.profile(0, group);
    SecretScan scan = new SecretScan();
    List<ManagedDevice> devices = new ArrayList<>();
    List<String> users = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      MailIdentity identity = MailIdentity.of("scanned-" + i, -1, 300);
      String password = "pw-" + UUID.randomUUID();
      String upn = "scanned-" + UUID.randomUUID() + "@contoso.test";
      importer.imported(identity, identity.file(folder, password), upn, password);
      scan.add(identity.keys().getPrivate());
      scan.add(password);
      users.add(upn);
      devices.add(stack.fleet.device("scan-" + UUID.randomUUID()));
    }
    Awaitility.await("profile-service to know of the imports")
        .atMost(LIMIT)
        .until(
            () ->
                stack.databases.count(
                        ServiceKind.PROFILE,
                        "select count(*) from user_import where user_principal_name like 'scanned-%'")
                    >= USERS);

    // When
    for (int i = 0; i < USERS; i++) {
      assertThat(importer.checkIn(devices.get(i), users.get(i), group)).isEqualTo(202);
    }
    for (ManagedDevice device : devices) {
      Mdm.Offer offer =
          Awaitility.await("a package")
              .atMost(LIMIT)
              .until(() -> stack.mdm.offers(device), offers -> offers.size() == 1)
              .get(0);
      scan.add(Mdm.open(stack.mdm.fetch(offer), device).password());
    }
    importer.rotate();
    Awaitility.await("everything to be sealed anew")
        .atMost(LIMIT)
        .until(() -> importer.sealedToFirstVersion() == 0);

    // Then
    assertThat(scan.hitsIn(stack.local.runDirectory())).isEmpty();
    for (ServiceInstance service : stack.local.services()) {
      byte[] metrics = Metrics.of(service).text().getBytes(StandardCharsets.UTF_8);
      assertThat(scan.isHit(metrics)).as(service.name()).isFalse();
    }
  }
}
