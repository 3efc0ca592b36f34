package io.certferry.pfximport.importkey;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.certferry.contracts.Bytes;
import io.certferry.pki.custody.RsaPublicBlob;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An import key as the API shows it.
 *
 * @param tenant what a sealed import is bound to besides the user
 * @param publicKeyPem SubjectPublicKeyInfo, PEM
 * @param publicKeyBlob base64 of Windows' RSAPUBLICBLOB
 * @param imports how many are sealed to it; absent where it was not asked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ImportKeyView(
    UUID id,
    String tenant,
    String providerName,
    String keyName,
    int version,
    int size,
    String state,
    String sha256,
    String publicKeyPem,
    Bytes publicKeyBlob,
    Instant createdAt,
    @Nullable Instant retiredAt,
    @Nullable Long imports) {

  static ImportKeyView of(ImportKey key, @Nullable Long imports) {
    return new ImportKeyView(
        key.id(),
        key.tenant(),
        key.providerName(),
        key.keyName(),
        key.version(),
        key.bits(),
        key.state().name().toLowerCase(Locale.ROOT),
        key.spkiSha256(),
        pem(key.spki()),
        Bytes.of(RsaPublicBlob.encode(key.spki())),
        key.createdAt(),
        key.retiredAt(),
        imports);
  }

  static String pem(byte[] spki) {
    byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, lineEnd).encodeToString(spki)
        + "\n-----END PUBLIC KEY-----\n";
  }
}
