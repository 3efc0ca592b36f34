package io.certferry.profile.device;

/** A device of a tenant. */
public record DeviceKey(String tenant, String deviceId) implements Comparable<DeviceKey> {

  /** The order in which rows of several devices are locked. */
  @Override
  public int compareTo(DeviceKey other) {
    int byTenant = tenant.compareTo(other.tenant);
    return byTenant != 0 ? byTenant : deviceId.compareTo(other.deviceId);
  }
}
