package io.certferry.profile;

import static io.certferry.profile.Client.TENANT;

import io.certferry.contracts.ContractJson;
import io.certferry.contracts.Headers;
import io.certferry.contracts.Keys;
import io.certferry.contracts.Topics;
import io.certferry.contracts.event.RequestCertificate;
import io.certferry.contracts.grant.Grant;
import io.certferry.testkit.CertferryTestResource;
import io.certferry.testkit.Device;
import io.certferry.testkit.Devices;
import io.quarkus.test.common.QuarkusTestResource;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The service with real PostgreSQL and Kafka, a connector that reported its CA, and a device that
 * nobody else uses.
 */
@QuarkusTestResource(CertferryTestResource.class)
public class ServiceTest {

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers = "";

  protected Wire wire;
  protected String group;
  protected Device device;

  @BeforeEach
  void connect() {
    wire = new Wire(bootstrapServers);
    Client.reportCa(wire, TENANT);
    group = Client.unique("group");
    device = Devices.ofTenant(TENANT).ec(Client.unique("dev"));
  }

  @AfterEach
  void disconnect() {
    wire.close();
  }

  /** The commands that the device led to, once there are so many. */
  protected List<ConsumerRecord<String, byte[]>> commands(int count) {
    return commands(device.deviceId(), count);
  }

  protected List<ConsumerRecord<String, byte[]>> commands(String deviceId, int count) {
    return wire.await(
        Topics.ISSUANCE_REQUESTS, count, r -> Keys.device(TENANT, deviceId).equals(r.key()));
  }

  /**
   * All commands that the device led to, after everything that went before has surely been sent.
   */
  protected List<ConsumerRecord<String, byte[]>> commandsInTheEnd() {
    Device sentinel = Devices.ofTenant(TENANT).ec(Client.unique("sentinel"));
    UUID profile = Client.create(TENANT, Client.rootProfile());
    Client.assign(TENANT, profile, "device", sentinel.deviceId());
    Client.checkIn(TENANT, Client.checkIn(sentinel, "none")).then().statusCode(202);
    commands(sentinel.deviceId(), 1);
    return wire.all(
        Topics.ISSUANCE_REQUESTS, r -> Keys.device(TENANT, device.deviceId()).equals(r.key()));
  }

  protected static RequestCertificate command(ConsumerRecord<String, byte[]> record) {
    return ContractJson.read(record.value(), RequestCertificate.class);
  }

  protected static Grant grant(ConsumerRecord<String, byte[]> record) {
    return Grants.verified(command(record).grant());
  }

  protected static String type(ConsumerRecord<String, byte[]> record) {
    return Wire.header(record, Headers.TYPE);
  }
}
