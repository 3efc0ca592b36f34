package io.certferry.gateway.policy;

import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.contracts.grant.Grant.SubjectAlternativeName;
import io.certferry.pki.name.DistinguishedName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the PKI admin allows at one CA. Immutable and pure.
 *
 * @param templates empty allows each that the CA offers
 * @param maximumValidity longest validity that a grant may name; null leaves it to the template
 * @param denied never, whatever else is allowed
 * @param profiles empty allows each profile any name; else a profile must be covered by an entry
 * @param rateLimit null sets none
 */
public record LocalPolicy(
    Set<String> templates,
    @Nullable Duration maximumValidity,
    DeniedPrincipals denied,
    List<ProfileRule> profiles,
    @Nullable RateLimit rateLimit) {

  /** What the built-in CA has without a file. */
  public static final LocalPolicy ANY_NAME_BUT_DENIED =
      new LocalPolicy(Set.of(), null, DeniedPrincipals.BUILT_IN, List.of(), null);

  /**
   * Names that certain profiles may ask for. Patterns match whole values.
   *
   * @param profile profile id, or {@code *}
   * @param templates empty allows each that the policy does
   * @param subject of the whole RFC 4514 subject; empty allows any
   * @param alternativeNames by type (upn, email, dns, uri, ip): a type that is not there is not
   *     allowed; null allows any
   */
  public record ProfileRule(
      String profile,
      Set<String> templates,
      List<Pattern> subject,
      @Nullable Map<String, List<Pattern>> alternativeNames) {

    boolean covers(Grant grant) {
      return profile.equals("*") || profile.equals(grant.naturalKey().profileId().toString());
    }

    private Optional<String> refusal(CertificatePlan plan, DistinguishedName name) {
      if (!templates.isEmpty() && !templates.contains(plan.template())) {
        return Optional.of("template: not allowed for this profile");
      }
      if (!subject.isEmpty() && !matches(subject, name.toRfc4514())) {
        return Optional.of("subject: matches no pattern of this profile");
      }
      return plan.subjectAlternativeNames().stream()
          .filter(this::isOutside)
          .findFirst()
          .map(
              san ->
                  "subjectAlternativeNames: a "
                      + san.type()
                      + " matches no pattern of this profile");
    }

    private boolean isOutside(SubjectAlternativeName name) {
      return alternativeNames != null
          && !matches(alternativeNames.getOrDefault(name.type(), List.of()), name.value());
    }

    private static boolean matches(List<Pattern> patterns, String value) {
      return patterns.stream().anyMatch(pattern -> pattern.matcher(value).matches());
    }
  }

  /** Why a grant goes no further here; empty when it may. */
  Optional<Refusal> check(Grant grant, CertificatePlan plan) {
    DistinguishedName subject = CsrCheck.subject(plan);
    return template(plan)
        .or(() -> validity(plan))
        .or(() -> denied.refusal(plan, subject))
        .or(() -> profile(grant, plan, subject))
        .map(Refusal::policy);
  }

  private Optional<String> template(CertificatePlan plan) {
    return templates.isEmpty() || templates.contains(plan.template())
        ? Optional.empty()
        : Optional.of("template: not in this connector's list");
  }

  private Optional<String> validity(CertificatePlan plan) {
    return maximumValidity == null || plan.validitySeconds() <= maximumValidity.toSeconds()
        ? Optional.empty()
        : Optional.of("validity: longer than this connector allows");
  }

  private Optional<String> profile(Grant grant, CertificatePlan plan, DistinguishedName subject) {
    if (profiles.isEmpty()) {
      return Optional.empty();
    }
    List<ProfileRule> rules = profiles.stream().filter(rule -> rule.covers(grant)).toList();
    if (rules.isEmpty()) {
      return Optional.of("profile: not in this connector's list");
    }
    List<Optional<String>> refusals =
        rules.stream().map(rule -> rule.refusal(plan, subject)).toList();
    return refusals.stream().anyMatch(Optional::isEmpty) ? Optional.empty() : refusals.get(0);
  }
}
