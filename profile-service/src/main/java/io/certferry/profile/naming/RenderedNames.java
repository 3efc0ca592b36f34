package io.certferry.profile.naming;

import io.certferry.contracts.grant.Grant;
import io.certferry.edge.FieldError;
import java.util.List;

/** What a profile's names are for one device. */
public sealed interface RenderedNames {

  /**
   * They can be put into a certificate.
   *
   * @param subject in DER order, as a grant carries it
   * @param subjectText RFC 4514, for people
   */
  record Complete(
      List<List<Grant.NameAttribute>> subject,
      String subjectText,
      List<Grant.SubjectAlternativeName> alternativeNames)
      implements RenderedNames {}

  /** They cannot: a variable has no value, or a value does not fit. */
  record Incomplete(List<FieldError> errors) implements RenderedNames {

    /** All of them in one sentence. */
    public String text() {
      return String.join("; ", errors.stream().map(e -> e.field() + ": " + e.message()).toList());
    }
  }
}
