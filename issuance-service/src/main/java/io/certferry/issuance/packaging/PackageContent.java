package io.certferry.issuance.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.NaturalKey;
import io.certferry.issuance.packaging.Parcel.Identity;
import io.certferry.pki.key.SecretBytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of the envelope: JSON by {@code package-content.v1.schema.json} (DESIGN section 7).
 */
final class PackageContent {

  private PackageContent() {}

  /** The whole content; the caller closes it. */
  static SecretBytes of(Parcel parcel) {
    String head = head(parcel);
    String tail = tail(parcel);
    Identity identity = parcel.identity();
    int expected =
        head.length() + tail.length() + 256 + (identity == null ? 0 : identity.pkcs12().length * 2);
    try (SecretText json = new SecretText(expected)) {
      json.text(head.substring(0, head.length() - 1)).text(",");
      if (identity != null) {
        json.text("\"pkcs12\":\"").base64(identity.pkcs12());
        json.text("\",\"password\":\"").secret(identity.password()).text("\",");
      }
      return json.text(tail.substring(1)).toSecret();
    }
  }

  /** What is no secret, before it. */
  static Map<String, Object> facts(Parcel parcel) {
    NaturalKey key = parcel.naturalKey();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("profileId", key.profileId());
    facts.put("generation", key.generation());
    facts.put("friendlyName", parcel.delivery().friendlyName());
    if (parcel.delivery().store() != null) {
      facts.put("store", parcel.delivery().store());
    }
    if (parcel.delivery().keyStorageProvider() != null) {
      facts.put("keyStorageProvider", parcel.delivery().keyStorageProvider());
    }
    return facts;
  }

  private static String head(Parcel parcel) {
    return new String(ContractJson.write(facts(parcel)), UTF_8);
  }

  private static String tail(Parcel parcel) {
    Map<String, Object> certificates = new LinkedHashMap<>();
    certificates.put("chain", bytes(parcel.chain()));
    certificates.put("roots", bytes(parcel.roots()));
    return new String(ContractJson.write(certificates), UTF_8);
  }

  static List<Bytes> bytes(List<byte[]> certificates) {
    return certificates.stream().map(Bytes::of).toList();
  }
}
