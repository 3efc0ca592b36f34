package io.certferry.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.testkit.Device;

/** The JSON that the demo sends (DESIGN section 6a). */
final class DemoProfiles {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String PKCS =
      """
      {"kind":"pkcs","displayName":"Wi-Fi user",
       "platforms":["ios","macos","windows","android"],
       "certificateType":"user","certificationAuthority":"builtin","certificateTemplate":"User",
       "keySpec":{"algorithm":"EC","size":256},
       "subject":"CN={{UserName}}",
       "subjectAlternativeNames":[{"type":"upn","value":"{{UserPrincipalName}}"},
                                  {"type":"email","value":"{{EmailAddress}}"}],
       "extendedKeyUsages":["clientAuth","emailProtection"],
       "validity":{"value":1,"unit":"years"},"renewalThresholdPercent":20}
      """;

  private static final String TRUSTED_ROOT =
      """
      {"kind":"trusted-root","displayName":"Certferry root","platforms":["ios"],
       "destinationStore":"computer-root"}
      """;

  private static final String ASSIGNMENTS =
      """
      {"include":[{"group":"all-users"}],"exclude":[]}
      """;

  private static final String CHECK_IN =
      """
      {"platform":"ios","osVersion":"18.1",
       "user":{"id":"u1","userName":"alice","userPrincipalName":"alice@contoso.test",
               "emailAddress":"alice@contoso.test",
               "onPremisesSecurityIdentifier":"S-1-5-21-1004336348-1177238915-682003330-1105"},
       "groups":["all-users"],"attributes":{"SerialNumber":"C02XYZ"}}
      """;

  private static final String INSTALLED =
      """
      {"outcome":"installed"}
      """;

  private DemoProfiles() {}

  static JsonNode pkcs() {
    return parse(PKCS);
  }

  static JsonNode trustedRoot(String certificate) {
    return parse(TRUSTED_ROOT).put("certificate", certificate);
  }

  static JsonNode assignments() {
    return parse(ASSIGNMENTS);
  }

  static JsonNode checkIn(Device device) {
    return parse(CHECK_IN)
        .put("deviceId", device.deviceId())
        .put("deviceCertificate", device.certificateBase64());
  }

  static JsonNode installed(String now) {
    return parse(INSTALLED).put("occurredAt", now);
  }

  private static ObjectNode parse(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
