package io.certferry.gateway.driver.adcs;

import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.Fault;
import java.util.Map;

/** What the error codes of AD CS mean for a request (winerror.h; MS-WCCE section 2.2.2). */
final class Hresult {

  /** How to go on. */
  private enum Reaction {
    CONFIGURATION,
    DENIED,
    RETRY,
    UNKNOWN,
    CREDENTIALS,
    LOST
  }

  private record Meaning(Reaction reaction, String sentence) {}

  private static final Meaning TEMPLATE =
      new Meaning(
          Reaction.CONFIGURATION,
          "The CA does not offer this template: use its name, not its display name, and publish it"
              + " at the CA.");
  private static final Meaning PERMISSION =
      new Meaning(
          Reaction.CONFIGURATION,
          "The connector's account may not enrol: give it Read and Enroll on the template and"
              + " Request Certificates on the CA.");
  private static final Meaning MISSING_DATA =
      new Meaning(
          Reaction.DENIED,
          "The template builds names from the directory, and the account lacks one: fill it in, or"
              + " let the request supply the subject.");
  private static final Meaning KEY =
      new Meaning(
          Reaction.DENIED, "The key is smaller than the template wants: raise the profile's key.");
  private static final Meaning SIGNATURES =
      new Meaning(
          Reaction.DENIED,
          "The template wants signatures of an enrolment agent, which this connector never is.");
  private static final Meaning BUSY = new Meaning(Reaction.RETRY, "The CA takes no requests now.");
  private static final Meaning CANNOT_CHECK =
      new Meaning(Reaction.RETRY, "The CA cannot reach a revocation list or a domain controller.");
  private static final Meaning LOGON =
      new Meaning(Reaction.CREDENTIALS, "The CA refused this connector's credentials.");
  private static final Meaning CHAIN =
      new Meaning(
          Reaction.CONFIGURATION,
          "A certificate of the CA's own chain is expired or not trusted where the CA runs.");
  private static final Meaning LOST =
      new Meaning(Reaction.LOST, "The CA no longer knows this request.");
  private static final Meaning NO_ANSWER =
      new Meaning(Reaction.UNKNOWN, "The enrolment service lost the CA in the middle of the call.");

  private static final Map<Integer, Meaning> MEANINGS =
      Map.ofEntries(
          Map.entry(0x80094800, TEMPLATE),
          Map.entry(0x80094801, TEMPLATE),
          Map.entry(0x80094802, TEMPLATE),
          Map.entry(0x80094807, TEMPLATE),
          Map.entry(0x80094012, PERMISSION),
          Map.entry(0x80094011, PERMISSION),
          Map.entry(0x80070005, PERMISSION),
          Map.entry(
              0x80094001,
              new Meaning(
                  Reaction.DENIED, "The CA does not take this subject: it may be too long.")),
          Map.entry(0x80094002, LOST),
          Map.entry(0x80094003, LOST),
          Map.entry(0x80094004, LOST),
          Map.entry(0x80094803, MISSING_DATA),
          Map.entry(0x8009480D, MISSING_DATA),
          Map.entry(0x8009480E, MISSING_DATA),
          Map.entry(0x8009480F, MISSING_DATA),
          Map.entry(0x80094812, MISSING_DATA),
          Map.entry(0x80094811, KEY),
          Map.entry(0x80094016, KEY),
          Map.entry(0x80094809, SIGNATURES),
          Map.entry(0x8009480A, SIGNATURES),
          Map.entry(0x8009480B, SIGNATURES),
          Map.entry(0x8009480C, SIGNATURES),
          Map.entry(
              0x80094806,
              new Meaning(Reaction.DENIED, "The CA takes this for a renewal under another name.")),
          Map.entry(0x80094014, new Meaning(Reaction.DENIED, "A manager at the CA said no.")),
          Map.entry(0x80094006, BUSY),
          Map.entry(0x8009400F, BUSY),
          Map.entry(0x80094015, BUSY),
          Map.entry(0x800706BA, BUSY),
          Map.entry(0x80072EFD, BUSY),
          Map.entry(0x800706BE, NO_ANSWER),
          Map.entry(0x800706BF, NO_ANSWER),
          Map.entry(0x80072EE2, NO_ANSWER),
          Map.entry(0x80092012, CANNOT_CHECK),
          Map.entry(0x80092013, CANNOT_CHECK),
          Map.entry(0x80094013, CANNOT_CHECK),
          Map.entry(0x80090308, LOGON),
          Map.entry(0x8009030C, LOGON),
          Map.entry(0x800B0101, CHAIN),
          Map.entry(0x800B0109, CHAIN));

  private Hresult() {}

  /** {@code adcs-80094800}. */
  static String code(int hresult) {
    return "adcs-" + Integer.toHexString(hresult);
  }

  static boolean isAboutCredentials(int hresult) {
    Meaning meaning = MEANINGS.get(hresult);
    return meaning != null && meaning.reaction() == Reaction.CREDENTIALS;
  }

  /**
   * What follows.
   *
   * @param invalidRequest what the service says of an error that we do not know: whether asking
   *     again is in vain
   */
  static SubmitOutcome outcome(int hresult, boolean invalidRequest) {
    Meaning meaning = MEANINGS.get(hresult);
    if (meaning == null) {
      return invalidRequest
          ? new SubmitOutcome.Denied(code(hresult), "The CA refused with an error code of its own.")
          : new SubmitOutcome.Retryable(code(hresult));
    }
    return switch (meaning.reaction()) {
      case CONFIGURATION -> new SubmitOutcome.ConfigurationError(code(hresult), meaning.sentence());
      case DENIED -> new SubmitOutcome.Denied(code(hresult), meaning.sentence());
      case LOST -> new SubmitOutcome.Denied("request-lost", meaning.sentence());
      case RETRY -> new SubmitOutcome.Retryable(code(hresult));
      case CREDENTIALS -> new SubmitOutcome.Retryable(Fault.CREDENTIALS_REFUSED.code());
      case UNKNOWN -> Answers.unknown(Fault.SERVER_ERROR);
    };
  }
}
