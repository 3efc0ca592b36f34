package io.certferry.pki.certificate;

import java.util.List;

/** Whether a certificate chains to an anchor. */
public sealed interface ChainVerdict {
  /**
   * It does.
   *
   * @param path DER, from the leaf to the last certificate below the anchor
   * @param anchor DER of the anchor
   */
  record Valid(List<byte[]> path, byte[] anchor) implements ChainVerdict {}

  /**
   * It does not.
   *
   * @param reason for people; no stack of the validator
   */
  record Invalid(String reason) implements ChainVerdict {}

  default boolean isValid() {
    return this instanceof Valid;
  }
}
