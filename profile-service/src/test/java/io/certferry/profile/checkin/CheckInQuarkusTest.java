package io.certferry.profile.checkin;

import static io.certferry.profile.Client.TENANT;
import static io.certferry.profile.Client.assign;
import static io.certferry.profile.Client.checkIn;
import static io.certferry.profile.Client.create;
import static io.certferry.profile.Client.rootProfile;
import static io.certferry.profile.Client.unique;
import static io.certferry.profile.Client.userProfile;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Headers;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.grant.Grant;
import io.certferry.profile.Client;
import io.certferry.profile.Grants;
import io.certferry.profile.Wire;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(CertferryTestResource.class)
class CheckInQuarkusTest {

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  private Wire wire;
  private String group;
  private Device device;

  @BeforeEach
  void connect() {
    wire = new Wire(bootstrapServers);
    Client.reportCa(wire, TENANT);
    group = unique("group");
    device = Devices.ofTenant(TENANT).ec(unique("dev"));
  }

  @AfterEach
  void disconnect() {
    wire.close();
  }

  @Test
  void asksForTheCertificateThatTheProfileNames() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);

    // When
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    ConsumerRecord<String, byte[]> record = commands(1).get(0);
    assertThat(Wire.header(record, Headers.TYPE))
        .isEqualTo("io.certferry.issuance.RequestCertificate.v1");
    RequestCertificate command = ContractJson.read(record.value(), RequestCertificate.class);
    Grant grant = Grants.verified(command.grant());
    assertThat(grant.naturalKey()).isEqualTo(command.naturalKey());
    assertThat(grant.naturalKey().generation()).isEqualTo(1);
    assertThat(grant.naturalKey().subject()).isEqualTo("u1");
    assertThat(grant.certificate()).isNotNull();
    assertThat(grant.certificate().subject())
        .containsExactly(List.of(new Grant.NameAttribute("CN", "alice")));
    assertThat(grant.certificate().sid()).isEqualTo("S-1-5-21-1-2-3-1001");
    assertThat(command.deviceCertificate().toBase64()).isEqualTo(device.certificateBase64());
  }

  @Test
  void repeatsNothingWhenADeviceReportsTheSameTenTimes() {
    // Given
    UUID profile = create(TENANT, userProfile());
    assign(TENANT, profile, "group", group);

    // When
    for (int i = 0; i < 10; i++) {
      checkIn(TENANT, checkIn(device, group)).then().statusCode(202);
    }

    // Then
    String sentinel = sentinelAfterwards();
    assertThat(commands(1)).hasSize(1);
    assertThat(sentinel).isNotEmpty();
  }

  @Test
  void deliversRootsBeforeTheCertificate() {
    // Given
    UUID certificate = create(TENANT, userProfile());
    assign(TENANT, certificate, "group", group);
    UUID root = create(TENANT, rootProfile());
    assign(TENANT, root, "group", group);

    // When
    checkIn(TENANT, checkIn(device, group)).then().statusCode(202);

    // Then
    assertThat(commands(2).stream().map(r -> Wire.header(r, Headers.TYPE)))
        .containsExactly(
            "io.certferry.issuance.DeliverRoots.v1",
            "io.certferry.issuance.RequestCertificate.v1");
  }

  /** A device of its own whose command shows that everything before it has been sent. */
  private String sentinelAfterwards() {
    Device sentinel = Devices.ofTenant(TENANT).ec(unique("sentinel"));
    ObjectNode body = checkIn(sentinel, group);
    checkIn(TENANT, body).then().statusCode(202);
    wire.await(Topics.ISSUANCE_REQUESTS, 1, r -> Keys.device(TENANT, sentinel.deviceId()).equals(r.key()));
    return sentinel.deviceId();
  }

  private List<ConsumerRecord<String, byte[]>> commands(int count) {
    return wire.await(
        Topics.ISSUANCE_REQUESTS,
        count,
        r -> Keys.device(TENANT, device.deviceId()).equals(r.key()));
  }
}
