package io.certferry.gateway.driver.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class SidTest {

  @Test
  void readsWhatADomainControllerSends() {
    // an account and the built-in users of a Samba domain
    assertThat(Sid.text(Base64.getDecoder().decode("AQUAAAAAAAUVAAAAk3w4fRk5SSi2BOHQTgQAAA==")))
        .isEqualTo("S-1-5-21-2100853907-675887385-3504407734-1102");
    assertThat(Sid.text(Base64.getDecoder().decode("AQIAAAAAAAUgAAAAIQIAAA==")))
        .isEqualTo("S-1-5-32-545");
  }

  @Test
  void refusesWhatIsNone() {
    assertThatThrownBy(() -> Sid.text(new byte[] {1, 5, 0}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Sid.text(new byte[] {1, 2, 0, 0, 0, 0, 0, 5, 1, 0, 0, 0}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
