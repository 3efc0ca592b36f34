package io.certferry.issuance.packaging;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The form for agents on Android and Linux: public facts in plain JSON, everything secret in the
 * envelope.
 */
final class AgentJson {

  private AgentJson() {}

  static byte[] of(Parcel parcel, byte[] envelope) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("packageId", parcel.packageId());
    json.put("kind", parcel.kind());
    json.putAll(PackageContent.facts(parcel));
    json.put("chain", PackageContent.bytes(parcel.chain()));
    json.put("roots", PackageContent.bytes(parcel.roots()));
    json.put("cms", Bytes.of(envelope));
    return ContractJson.write(json);
  }
}
