package io.certferry.gateway.driver.cmp;

import io.certferry.pki.Randomness;
import java.util.Base64;
import java.util.Optional;

/**
 * One CMP transaction (RFC 9810 section 5.1.1): its id, and the last nonce of the other side. Its
 * text form lets a pending request be asked about by another process.
 *
 * @param theirNonce empty before the first answer
 * @param certReqId as the CA numbers our request: -1 for p10cr, by some servers 0
 */
record Transaction(byte[] id, byte[] theirNonce, int certReqId) {

  private static final int LENGTH = 16;
  private static final int NONE = -1;

  static Transaction begin() {
    return new Transaction(Randomness.bytes(LENGTH), new byte[0], NONE);
  }

  Transaction answered(byte[] nonce) {
    return new Transaction(id, nonce, certReqId);
  }

  Transaction numbered(int number) {
    return new Transaction(id, theirNonce, number);
  }

  String text() {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return base64.encodeToString(id) + "." + base64.encodeToString(theirNonce) + "." + certReqId;
  }

  static Optional<Transaction> parse(String text) {
    if (!text.matches("[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{0,100}\\.(-1|0)")) {
      return Optional.empty();
    }
    String[] parts = text.split("\\.");
    Base64.Decoder base64 = Base64.getUrlDecoder();
    return Optional.of(
        new Transaction(
            base64.decode(parts[0]), base64.decode(parts[1]), Integer.parseInt(parts[2])));
  }
}
