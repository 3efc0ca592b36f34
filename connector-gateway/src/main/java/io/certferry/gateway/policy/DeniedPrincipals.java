package io.certferry.gateway.policy;

import io.certferry.contracts.grant.Grant.CertificatePlan;
import io.certferry.contracts.grant.Grant.SubjectAlternativeName;
import io.certferry.pki.name.AttributeType;
import io.certferry.pki.name.DistinguishedName;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Accounts that nobody gets a certificate for through this connector: those that own a domain.
 * Names are compared without case, compatibility characters and outer blanks, in the common names,
 * user ids, UPNs and mail addresses; SIDs in the SID extension and in the URI form of strong
 * mapping (KB5014754).
 *
 * @param names account names, {@code *} stands for anything
 * @param sids whole SIDs, or {@code *-500} for a relative id of any domain
 */
public record DeniedPrincipals(List<Pattern> names, List<Pattern> sids) {

  private static final Set<String> NAMES =
      Set.of(
          "administrator",
          "krbtgt",
          "krbtgt_*",
          "guest",
          "defaultaccount",
          "wdagutilityaccount",
          "*$",
          "domain admins",
          "enterprise admins",
          "schema admins",
          "domain controllers",
          "msol_*");

  /**
   * Administrator, guest, krbtgt; enterprise read-only domain controllers, domain admins, domain
   * controllers, certificate publishers, schema and enterprise admins, policy creators, read-only
   * domain controllers, key admins; the built-in groups; the system's own accounts.
   */
  private static final Set<String> SIDS =
      Set.of(
          "*-500",
          "*-501",
          "*-502",
          "*-498",
          "*-512",
          "*-516",
          "*-517",
          "*-518",
          "*-519",
          "*-520",
          "*-521",
          "*-526",
          "*-527",
          "S-1-5-32-*",
          "S-1-5-18",
          "S-1-5-19",
          "S-1-5-20",
          "S-1-5-9",
          "S-1-5-7",
          "S-1-1-0");

  private static final Pattern SID_URI =
      Pattern.compile("tag:microsoft\\.com,[^:]*:sid:(.*)", Pattern.CASE_INSENSITIVE);

  /** Denied everywhere; a policy file can only add to it. */
  public static final DeniedPrincipals BUILT_IN = of(NAMES, SIDS);

  static DeniedPrincipals of(Set<String> names, Set<String> sids) {
    return new DeniedPrincipals(
        names.stream().map(DeniedPrincipals::glob).toList(),
        sids.stream().map(DeniedPrincipals::glob).toList());
  }

  DeniedPrincipals and(DeniedPrincipals more) {
    return new DeniedPrincipals(
        Stream.concat(names.stream(), more.names.stream()).toList(),
        Stream.concat(sids.stream(), more.sids.stream()).toList());
  }

  /** Why this name may not be certified, naming the field and never the value. */
  Optional<String> refusal(CertificatePlan plan, DistinguishedName subject) {
    if (plan.sid() != null && isDeniedSid(plan.sid())) {
      return Optional.of("sid: a denied principal");
    }
    if (accounts(subject).anyMatch(this::isDeniedName)) {
      return Optional.of("subject: a denied principal");
    }
    return plan.subjectAlternativeNames().stream().anyMatch(this::isDenied)
        ? Optional.of("subjectAlternativeNames: a denied principal")
        : Optional.empty();
  }

  private static Stream<String> accounts(DistinguishedName subject) {
    return Stream.of(AttributeType.CN, AttributeType.UID, AttributeType.E)
        .flatMap(type -> subject.values(type).stream());
  }

  private boolean isDenied(SubjectAlternativeName name) {
    return switch (name.type()) {
      case "uri" -> isDeniedUri(name.value());
      case "upn", "email" -> isDeniedName(name.value());
      default -> false;
    };
  }

  private boolean isDeniedUri(String uri) {
    Matcher sid = SID_URI.matcher(normal(uri));
    return sid.matches() && isDeniedSid(sid.group(1));
  }

  private boolean isDeniedSid(String sid) {
    return matches(sids, normal(sid));
  }

  /** The whole value, what is before an {@code @}, and what is behind a {@code DOMAIN\}. */
  private boolean isDeniedName(String value) {
    String name = normal(value);
    String local = name.contains("@") ? name.substring(0, name.lastIndexOf('@')) : name;
    return Stream.of(name, local, afterBackslash(name), afterBackslash(local))
        .map(String::strip)
        .anyMatch(candidate -> matches(names, candidate));
  }

  private static String afterBackslash(String name) {
    return name.substring(name.lastIndexOf('\\') + 1);
  }

  private static boolean matches(List<Pattern> patterns, String value) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(value).matches());
  }

  private static String normal(String value) {
    return Normalizer.normalize(value, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
  }

  private static Pattern glob(String text) {
    String regex =
        Stream.of(normal(text).split("\\*", -1))
            .map(Pattern::quote)
            .reduce((left, right) -> left + ".*" + right)
            .orElse("");
    return Pattern.compile(regex, Pattern.DOTALL);
  }
}
