package io.certferry.issuance.key;

import org.jspecify.annotations.Nullable;

/**
 * No key can be wrapped or unwrapped for now; requests wait. The message names the file or service,
 * never a key.
 */
public final class KekUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  KekUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
