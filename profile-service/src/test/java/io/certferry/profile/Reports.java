package io.certferry.profile;

import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.DirectoryUser;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reports of a device that never runs. */
public final class Reports {

  private Reports() {}

  /** A user of a name, with all the usual attributes. */
  public static DirectoryUser user(String id, @Nullable String userName) {
    return new DirectoryUser(
        id,
        userName,
        "alice@contoso.test",
        "alice@contoso.test",
        "S-1-5-21-1-2-3-1001",
        "CN=alice,OU=Sales,DC=contoso,DC=test",
        "alice",
        "Alice Example",
        "Alice",
        "Example");
  }

  /** A device of a user. */
  public static DeviceCheckedIn of(@Nullable DirectoryUser user, String... groups) {
    return new DeviceCheckedIn(
        "dev-1",
        "ios",
        "18.1",
        user,
        List.of(groups),
        null,
        null,
        Map.of("SerialNumber", "C02XYZ", "aad_device_id", "a-1"),
        null,
        null);
  }
}
