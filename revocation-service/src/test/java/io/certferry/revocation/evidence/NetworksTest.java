package io.certferry.revocation.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1"
      })
  void refusesWhatIsNotPublic(String address) throws UnknownHostException {
    assertThat(Networks.allowing(List.of()).allows(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:4860:4860::8888"})
  void allowsWhatIsPublic(String address) throws UnknownHostException {
    assertThat(Networks.allowing(List.of()).allows(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void allowsOnlyTheNetworksThatAreNamed() throws UnknownHostException {
    // Given
    Networks networks = Networks.allowing(List.of("10.20.0.0/16", "fd00:1::/32"));

    // Then
    assertThat(networks.allows(InetAddress.getByName("10.20.255.1"))).isTrue();
    assertThat(networks.allows(InetAddress.getByName("10.21.0.1"))).isFalse();
    assertThat(networks.allows(InetAddress.getByName("fd00:1::9"))).isTrue();
    assertThat(networks.allows(InetAddress.getByName("fd00:2::9"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "example.org/8", "10.0.0.0/x", ""})
  void refusesANetworkThatIsNone(String cidr) {
    assertThatThrownBy(() -> Networks.allowing(List.of(cidr)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
