package io.certferry.gateway.driver.cmp;

import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.wire.Answers;
import io.certferry.gateway.driver.wire.CaHttp;
import io.certferry.gateway.driver.wire.Fault;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIFreeText;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;

/** A PKIStatusInfo (RFC 9810 section 5.2.3) and what follows from it. */
record CmpStatus(PKIStatusInfo info) {

  int number() {
    return info.getStatus().intValueExact();
  }

  boolean has(int failure) {
    ASN1BitString bits = info.getFailInfo();
    return bits != null && (bits.intValue() & failure) != 0;
  }

  boolean isAboutOurProtection() {
    return has(PKIFailureInfo.badMessageCheck) || has(PKIFailureInfo.signerNotTrusted);
  }

  String code() {
    ASN1BitString bits = info.getFailInfo();
    return bits == null ? "cmp-rejected" : "cmp-fail-" + Integer.toHexString(bits.intValue());
  }

  String said() {
    PKIFreeText text = info.getStatusString();
    return Answers.said(
        text == null || text.size() == 0 ? "" : text.getStringAtUTF8(0).getString());
  }

  /** By the failure bits alone; the text is for people. */
  SubmitOutcome refusal(CaHttp http) {
    if (isAboutOurProtection()) {
      http.credentialsRefused();
      return new SubmitOutcome.Retryable(Fault.CREDENTIALS_REFUSED.code());
    }
    if (has(PKIFailureInfo.systemUnavail)) {
      return new SubmitOutcome.Retryable(Fault.OVERLOADED.code());
    }
    if (has(PKIFailureInfo.badTime)) {
      return new SubmitOutcome.Retryable("cmp-bad-time");
    }
    if (has(PKIFailureInfo.systemFailure) || has(PKIFailureInfo.transactionIdInUse)) {
      return Answers.unknown(Fault.SERVER_ERROR);
    }
    if (has(PKIFailureInfo.notAuthorized) || has(PKIFailureInfo.wrongAuthority)) {
      return Answers.configuration(Fault.NOT_AUTHORISED);
    }
    return new SubmitOutcome.Denied(code(), said());
  }
}
