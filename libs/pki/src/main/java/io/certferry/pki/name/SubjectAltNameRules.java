package io.certferry.pki.name;

import io.certferry.pki.name.StringRules.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the value of each kind of subject alternative name has to look like. */
final class SubjectAltNameRules {
  private static final Pattern AT = Pattern.compile("[^@\\s]+@[^@\\s]+");
  private static final Pattern HOST =
      Pattern.compile(
          "(\\*\\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\\.)*"
              + "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?");

  private SubjectAltNameRules() {}

  static Optional<String> refusal(SubjectAltName.Type type, String value) {
    return switch (type) {
      case UPN -> text(Kind.UTF8, 1024, value).or(() -> matching(AT, value, "user@domain"));
      case EMAIL -> text(Kind.IA5, 255, value).or(() -> matching(AT, value, "user@domain"));
      case DNS -> text(Kind.IA5, 253, value).or(() -> matching(HOST, value, "a host name"));
      case URI -> text(Kind.IA5, 1024, value).or(() -> uri(value));
      case IP ->
          IpText.octets(value).isPresent()
              ? Optional.empty()
              : Optional.of("is not an IPv4 or IPv6 address");
      case OTHER -> Optional.of("is of a kind that cannot be requested");
    };
  }

  private static Optional<String> text(Kind kind, int maxLength, String value) {
    return StringRules.refusal(kind, maxLength, value);
  }

  private static Optional<String> matching(Pattern pattern, String value, String expected) {
    return pattern.matcher(value).matches() ? Optional.empty() : Optional.of("is not " + expected);
  }

  private static Optional<String> uri(String value) {
    try {
      return new URI(value).isAbsolute() ? Optional.empty() : Optional.of("is not an absolute URI");
    } catch (URISyntaxException e) {
      return Optional.of("is not a URI");
    }
  }
}
