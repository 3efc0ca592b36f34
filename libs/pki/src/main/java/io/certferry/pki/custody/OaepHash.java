package io.certferry.pki.custody;

import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;

/** The hashes of RSAES-OAEP that are accepted; MGF1 always uses the same one. SHA-1 is not here. */
public enum OaepHash {
  SHA256,
  SHA384,
  SHA512;

  Digest digest() {
    return switch (this) {
      case SHA256 -> new SHA256Digest();
      case SHA384 -> new SHA384Digest();
      case SHA512 -> new SHA512Digest();
    };
  }
}
