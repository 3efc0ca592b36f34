package io.certferry.gateway.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.certferry.gateway.policy.LocalPolicy.ProfileRule;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The YAML form of a {@link LocalPolicy}; an unknown member is an error, so that a typing mistake
 * allows nothing.
 */
final class PolicyFile {

  private static final Set<String> NAME_TYPES = Set.of("upn", "email", "dns", "uri", "ip");

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .registerModule(new JavaTimeModule())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private PolicyFile() {}

  record Document(
      @Nullable Set<String> templates,
      @Nullable Duration maximumValidity,
      @Nullable Denied deniedPrincipals,
      @Nullable List<Profile> profiles,
      @Nullable Rate rateLimit) {}

  record Rate(@Nullable Integer certificates, @Nullable Duration per) {}

  record Denied(@Nullable Set<String> names, @Nullable Set<String> sids) {}

  record Profile(
      @Nullable String profile,
      @Nullable Set<String> templates,
      @Nullable List<String> subject,
      @Nullable Map<String, List<String>> alternativeNames) {}

  /**
   * Reads a policy.
   *
   * @throws IllegalArgumentException naming the member that is wrong
   */
  static LocalPolicy parse(String yaml) {
    try {
      Document document = YAML.readValue(yaml, Document.class);
      if (document == null) {
        throw new IllegalArgumentException("the policy is empty");
      }
      return policy(document);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a policy: " + e.getOriginalMessage(), e);
    }
  }

  private static LocalPolicy policy(Document document) {
    return new LocalPolicy(
        orEmpty(document.templates()),
        document.maximumValidity(),
        denied(document.deniedPrincipals()),
        orEmpty(document.profiles()).stream().map(PolicyFile::rule).toList(),
        rate(document.rateLimit()));
  }

  private static @Nullable RateLimit rate(@Nullable Rate rate) {
    if (rate == null) {
      return null;
    }
    if (rate.certificates() == null || rate.per() == null) {
      throw new IllegalArgumentException("rateLimit: certificates and per are needed");
    }
    return new RateLimit(rate.certificates(), rate.per());
  }

  private static DeniedPrincipals denied(@Nullable Denied denied) {
    return denied == null
        ? DeniedPrincipals.BUILT_IN
        : DeniedPrincipals.BUILT_IN.and(
            DeniedPrincipals.of(orEmpty(denied.names()), orEmpty(denied.sids())));
  }

  private static ProfileRule rule(Profile profile) {
    if (profile.profile() == null) {
      throw new IllegalArgumentException("profiles: an entry has no profile");
    }
    return new ProfileRule(
        profile.profile(),
        orEmpty(profile.templates()),
        patterns("subject", orEmpty(profile.subject())),
        names(profile.alternativeNames()));
  }

  private static @Nullable Map<String, List<Pattern>> names(
      @Nullable Map<String, List<String>> names) {
    if (names == null) {
      return null;
    }
    if (!NAME_TYPES.containsAll(names.keySet())) {
      throw new IllegalArgumentException("alternativeNames: types are " + NAME_TYPES);
    }
    Map<String, List<Pattern>> patterns = new HashMap<>();
    names.forEach((type, texts) -> patterns.put(type, patterns("alternativeNames", texts)));
    return Map.copyOf(patterns);
  }

  private static List<Pattern> patterns(String member, List<String> texts) {
    try {
      return texts.stream().map(Pattern::compile).toList();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(member + ": not a regular expression", e);
    }
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  private static <T> Set<T> orEmpty(@Nullable Set<T> set) {
    return set == null ? Set.of() : set;
  }
}
