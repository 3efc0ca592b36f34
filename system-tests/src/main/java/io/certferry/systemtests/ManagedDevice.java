package io.certferry.systemtests;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.testkit.Device;

/**
 * A device with its user, as the MDM knows them.
 *
 * @param userName becomes the common name of the user's certificate
 */
record ManagedDevice(Device device, String platform, String osVersion, String userName) {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  String id() {
    return device.deviceId();
  }

  /** The body of its check-in (DESIGN 6a). */
  ObjectNode checkIn() {
    ObjectNode user =
        JSON.objectNode()
            .put("id", "user-of-" + id())
            .put("userName", userName)
            .put("userPrincipalName", id() + "@contoso.test")
            .put("emailAddress", id() + "@contoso.test");
    ObjectNode body =
        JSON.objectNode()
            .put("deviceId", id())
            .put("platform", platform)
            .put("osVersion", osVersion)
            .put("deviceCertificate", device.certificateBase64());
    body.putArray("groups").add(Fleet.GROUP);
    body.set("user", user);
    return body;
  }
}
