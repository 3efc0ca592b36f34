package io.certferry.systemtests;

import io.certferry.local.LocalStack;
import io.certferry.testkit.Device;
import io.certferry.testkit.certificate.CertificateSpec;
import io.certferry.testkit.certificate.KeyPairs;
import io.certferry.testkit.certificate.TestAuthority;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Makes devices that share one key pair, so that tens of thousands are there in seconds. */
public final class Fleet {

  /** The group of every device's user. */
  public static final String GROUP = "all-users";

  private static final Duration VALIDITY = Duration.ofDays(365);

  private final TestAuthority deviceCa;
  private final KeyPair keys = KeyPairs.ec();
  private final Instant now;

  /**
   * @param deviceCa the tenant's
   * @param now middle of the devices' validity
   */
  private Fleet(TestAuthority deviceCa, Instant now) {
    this.deviceCa = deviceCa;
    this.now = now;
  }

  /** Devices that a stack's own tenant trusts, from now on. */
  public static Fleet of(LocalStack stack) {
    return new Fleet(stack.keys().deviceCa("default"), Instant.now());
  }

  /** Devices named {@code prefix-1}, {@code prefix-2} …; their users are named alike. */
  List<ManagedDevice> devices(String prefix, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> device(prefix + "-" + i)).toList();
  }

  /** One device whose user is named as the device. */
  ManagedDevice device(String deviceId) {
    return device(deviceId, deviceId);
  }

  /** One device. */
  ManagedDevice device(String deviceId, String userName) {
    CertificateSpec spec =
        CertificateSpec.client(deviceId, keys.getPublic(), now.minus(VALIDITY), now.plus(VALIDITY));
    return new ManagedDevice(
        new Device(deviceId, keys, deviceCa.issue(spec)), "ios", "18.1", userName);
  }
}
