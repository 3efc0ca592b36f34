package io.certferry.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void haveTheDefaultsOfTheContract() {
    Ports ports = Ports.of("");

    assertThat(ports.service(ServiceKind.PROFILE, 1)).isEqualTo(8081);
    assertThat(ports.service(ServiceKind.ISSUANCE, 1)).isEqualTo(8082);
    assertThat(ports.service(ServiceKind.GATEWAY, 1)).isEqualTo(8083);
    assertThat(ports.service(ServiceKind.REVOCATION, 1)).isEqualTo(8084);
    assertThat(ports.service(ServiceKind.PFX_IMPORT, 1)).isEqualTo(8085);
    assertThat(ports.oauth()).isEqualTo(8443);
    assertThat(ports.kafka()).isEqualTo(19092);
    assertThat(ports.postgres()).isEqualTo(15432);
  }

  @Test
  void moveAllByTheOffset() {
    Ports ports = Ports.of(" 1000 ");

    assertThat(ports.all(Map.of(ServiceKind.ISSUANCE, 2)).keySet())
        .containsExactlyInAnyOrder(9082, 9102, 9445, 9465, 9443, 20092, 20093, 16432);
  }

  @Test
  void refuseAnOffsetThatIsNone() {
    assertThatThrownBy(() -> Ports.of("many"))
        .isInstanceOf(StackException.class)
        .hasMessage("CERTFERRY_PORT_OFFSET must be a whole number, it is 'many'");
    assertThatThrownBy(() -> Ports.of("60000")).hasMessageContaining("leaves the range of ports");
    assertThatThrownBy(() -> Ports.of("-9000")).hasMessageContaining("leaves the range of ports");
  }
}
