package io.certferry.pfximport.importkey;

import org.jspecify.annotations.Nullable;

/**
 * An import key cannot be used for now; work that needs it waits. The message names the file or the
 * token, never a key.
 */
public final class KeyStoreUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  KeyStoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
