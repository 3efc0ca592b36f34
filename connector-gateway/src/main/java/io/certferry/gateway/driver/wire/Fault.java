package io.certferry.gateway.driver.wire;

/**
 * Why a call to a CA came to nothing: a stable code, one sentence and what to do. None of it
 * depends on a text that the CA sent.
 */
public enum Fault {
  NAME_NOT_FOUND(
      "name-not-found",
      "The CA's host name does not resolve.",
      "Check certferry.ca.<id>.url and the name servers of this connector."),
  UNREACHABLE(
      "unreachable",
      "The CA's host does not answer.",
      "Check host, port and firewall between this connector and the CA."),
  CONNECTION_REFUSED(
      "connection-refused",
      "Nothing listens at the CA's address.",
      "Check the port and whether the CA's service runs."),
  TLS_UNTRUSTED(
      "tls-untrusted",
      "The server's certificate does not verify.",
      "Put the server's root into certferry.ca.<id>.tls.trust, and use a host name that is in its"
          + " certificate."),
  TLS_FAILED(
      "tls-failed",
      "No TLS connection could be made.",
      "The server must speak TLS 1.2 or 1.3 and accept this connector's client certificate."),
  PROXY_REFUSED(
      "proxy-refused",
      "The proxy does not let this connector through.",
      "Check certferry.ca.<id>.proxy.url and the proxy's rules."),
  PROXY_CREDENTIALS_REFUSED(
      "proxy-credentials-refused",
      "The proxy refused this connector's credentials.",
      "Change certferry.ca.<id>.proxy.password-file; until then the proxy is not tried again."),
  CREDENTIALS_REFUSED(
      "credentials-refused",
      "The CA refused this connector's credentials.",
      "Change the password file or the client certificate; until then the CA is not tried again, so"
          + " that no account is locked out."),
  NO_TICKET(
      "no-ticket",
      "No Kerberos ticket for the CA's web service could be had.",
      "Check krb5.conf, the way to a domain controller, the clock, and that HTTP/<host> is the"
          + " service's principal name."),
  DIRECTORY_UNREACHABLE(
      "directory-unreachable",
      "No domain controller answers.",
      "Check certferry.ca.<id>.directory.url and the way to a domain controller; until then nothing"
          + " is sent to the CA."),
  DIRECTORY_REFUSED(
      "directory-refused",
      "The directory does not let this connector read what it must know.",
      "Give the connector's account the right to read accounts and the Public Key Services."),
  NOT_ENTERPRISE(
      "not-enterprise",
      "The directory lists no Enterprise CA with the pinned certificate, or the policy service no"
          + " template that it publishes.",
      "Standalone CAs do not work. Check certferry.ca.<id>.ca-certificate, the CA's entry under"
          + " Enrollment Services and that it publishes a template on which this account has Enroll."),
  CREDENTIALS_UNREADABLE(
      "credentials-unreadable",
      "A file with this connector's credentials cannot be read.",
      "Check path, owner and mode of the files under certferry.ca.<id>."),
  NO_ANSWER_IN_TIME(
      "no-answer-in-time",
      "The CA did not answer in time.",
      "If the CA is merely slow, raise certferry.ca.<id>.http.total-timeout."),
  CONNECTION_LOST(
      "connection-lost",
      "The connection broke before the answer was complete.",
      "Look at the CA's log at this time."),
  ANSWER_TOO_LARGE(
      "answer-too-large",
      "The CA's answer is larger than this connector reads.",
      "Check that the url is the CA's; the limit is certferry.ca.<id>.http.largest-answer."),
  ANSWER_NOT_UNDERSTOOD(
      "answer-not-understood",
      "The answer is not what this protocol says.",
      "Check that certferry.ca.<id>.url and driver fit the CA."),
  ANSWER_NOT_AUTHENTIC(
      "answer-not-authentic",
      "The answer does not prove that it comes from the CA.",
      "Check certferry.ca.<id>.ca-certificate and the shared secret."),
  SERVER_ERROR(
      "server-error", "The CA reports a fault of its own.", "Look at the CA's log at this time."),
  OVERLOADED(
      "overloaded",
      "The CA takes no more requests now.",
      "Nothing: the request is sent again later. If it stays so, lower"
          + " certferry.ca.<id>.max-concurrency."),
  NOT_AUTHORISED(
      "not-authorised",
      "The CA knows this connector but does not let it do this.",
      "Give the connector's account the right to enrol at the CA and on the template."),
  ENDPOINT_MISSING(
      "endpoint-missing",
      "The CA has no such service or profile at this address.",
      "Check certferry.ca.<id>.url and the template's profile."),
  UNKNOWN_TEMPLATE(
      "unknown-template",
      "This CA offers no template of this name.",
      "Use the template's name, not its display name, and publish it at the CA."),
  WRONG_CA(
      "wrong-ca",
      "The server speaks for another CA than the pinned one.",
      "Check certferry.ca.<id>.ca-certificate against the CA's certificate.");

  private final String code;
  private final String sentence;
  private final String remedy;

  Fault(String code, String sentence, String remedy) {
    this.code = code;
    this.sentence = sentence;
    this.remedy = remedy;
  }

  public String code() {
    return code;
  }

  public String sentence() {
    return sentence;
  }

  /** The sentence and what to do. */
  public String explanation() {
    return sentence + " " + remedy;
  }
}
