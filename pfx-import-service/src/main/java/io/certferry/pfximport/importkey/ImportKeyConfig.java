package io.certferry.pfximport.importkey;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** Where import keys live. */
@ConfigMapping(prefix = "certferry.import-keys")
public interface ImportKeyConfig {

  /** {@code file} or {@code pkcs11}. */
  @WithDefault("file")
  Store store();

  /**
   * With {@code file}: directory of the wrapped keys and of the key-encryption key, shared by all
   * instances; made with mode 0700 if it is not there.
   */
  Optional<Path> directory();

  /** With {@code pkcs11}: the token. */
  Pkcs11 pkcs11();

  /** Bits of a key for which none were said. */
  @WithDefault("3072")
  int bits();

  /** The kinds of key store. */
  enum Store {
    FILE,
    PKCS11
  }

  /** A PKCS#11 token. */
  interface Pkcs11 {

    /** The token's shared library. */
    Optional<Path> library();

    /** Which of the slots with a token, in the library's order. */
    @WithDefault("0")
    int slotListIndex();

    /** File with the user PIN, mode 0600. */
    Optional<Path> pinFile();
  }
}
