package io.certferry.contracts;

import java.util.regex.Pattern;

/** Record keys: {@code tenant/id}, the id of the aggregate whose order matters. */
public final class Keys {

  /** What a device may be called. */
  public static final Pattern DEVICE_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  private Keys() {}

  /** The key of everything that concerns one device. */
  public static String device(String tenant, String deviceId) {
    return tenant + "/" + deviceId;
  }

  /** The key of a profile, connector or any other aggregate of a tenant. */
  public static String of(String tenant, Object id) {
    return tenant + "/" + id;
  }
}
