package io.certferry.pki.name;

import io.certferry.pki.PkiException;

/**
 * A name or template that an administrator or a variable's value made wrong; says what and where.
 */
public final class NameTemplateException extends PkiException {
  private static final long serialVersionUID = 1L;

  public NameTemplateException(String message) {
    super(Reason.MALFORMED, message);
  }
}
