package io.certferry.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.local.Api;
import io.certferry.local.LocalStack;
import io.certferry.local.ServiceKind;
import io.certferry.local.StackOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connector and issuance-service with Bouncy Castle's FIPS module. */
@Tag("ca-peers")
class FipsModeTest {

  private static final Map<String, String> FIPS =
      Map.of(
          "certferry.fips.module",
          Path.of("..", "libs", "pki", "target", "fips", "bc-fips.jar")
              .toAbsolutePath()
              .normalize()
              .toString());
  private static final int PORT_OFFSET = 7700;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static LocalStack stack;
  private static Mdm mdm;
  private static Fleet fleet;
  private static Databases databases;

  @BeforeAll
  static void start() {
    stack =
        LocalStack.start(
            StackOptions.defaults()
                .elsewhere(Path.of("target/fips"), PORT_OFFSET)
                .withProperties(ServiceKind.ISSUANCE, FIPS)
                .withProperties(ServiceKind.GATEWAY, FIPS),
            text -> System.out.println("stack: " + text));
    mdm = new Mdm(stack, "default");
    fleet = Fleet.of(stack);
    databases = new Databases(stack);
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      stack.close();
    }
  }

  private static List<String> states(String deviceId) {
    return databases.column(
        ServiceKind.ISSUANCE,
        "select trim(state || ' ' || coalesce(reason, '')) from request where device_id = ?",
        deviceId);
  }

  @Test
  void servesModernDevicesAndRefusesTheOthers() {
    // Given
    String profile = mdm.assignedProfile(Mdm.userProfile("approved", "RSA", 2048));
    ManagedDevice modern = fleet.device("fips-1");
    ManagedDevice like = fleet.device("fips-2");
    ManagedDevice old = new ManagedDevice(like.device(), "ios", "15.7", "fips-2");

    // When
    mdm.checkIn(modern);
    mdm.checkIn(old);

    // Then
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(states("fips-1")).containsExactly("OFFERED");
              assertThat(states("fips-2")).containsExactly("FAILED fips-mode");
            });
    Mdm.Offer offer = mdm.offers(modern).get(0);
    assertThat(offer.profileId()).isEqualTo(profile);
    assertThat(Mdm.open(mdm.fetch(offer), modern).certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=fips-1");
  }

  @Test
  void showsItInTheirStatus() {
    Api api = new Api(role -> stack.token(role, "default"));
    URI connectors = stack.url(ServiceKind.GATEWAY).resolve("/api/v1/connectors");
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(api.get("operator", connectors).json().at("/items/0/fips").asBoolean())
                    .isTrue());
    URI health = stack.url(ServiceKind.ISSUANCE).resolve("/q/health/ready");
    assertThat(api.get("operator", health).text()).contains("BCFIPS").contains("\"fips\"");
  }
}
