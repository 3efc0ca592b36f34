package io.certferry.revocation.directory;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;

/** A directory cannot be read; the code is stable, the message never repeats a password. */
final class DirectoryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String code;

  DirectoryException(String code, String message) {
    super(message);
    this.code = code;
  }

  static DirectoryException of(LDAPException e) {
    ResultCode result = e.getResultCode();
    String code =
        result.equals(ResultCode.INVALID_CREDENTIALS)
            ? "credentials"
            : result.isConnectionUsable() ? "refused" : "unreachable";
    return new DirectoryException(code, result.getName());
  }

  String code() {
    return code;
  }
}
