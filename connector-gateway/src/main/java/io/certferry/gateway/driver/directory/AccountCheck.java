package io.certferry.gateway.driver.directory;

import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.directory.DirectoryLookup.Key;
import io.certferry.gateway.driver.directory.DirectoryLookup.UnavailableException;
import io.certferry.pki.certificate.ParsedCsr;
import io.certferry.pki.name.SubjectAltName;
import io.certferry.pki.name.SubjectAltName.Type;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether the account that a request names is the one whose SID it carries, lives, and owns nothing
 * that nobody may get a certificate for. Every doubt is a refusal; a directory that does not answer
 * is a wait (reference: KB5014754).
 */
public final class AccountCheck {

  private static final Pattern SID_URI =
      Pattern.compile("tag:microsoft\\.com,[^:]*:sid:(.*)", Pattern.CASE_INSENSITIVE);

  private final DirectoryLookup directory;
  private final List<Pattern> deniedGroups;

  /**
   * @param deniedGroups whole SIDs, or {@code *-512} for a relative id of any domain
   */
  public AccountCheck(DirectoryLookup directory, List<String> deniedGroups) {
    this.directory = directory;
    this.deniedGroups = deniedGroups.stream().map(AccountCheck::pattern).toList();
  }

  private static Pattern pattern(String sid) {
    return Pattern.compile(
        Pattern.quote(sid.strip()).replace("*", "\\E.*\\Q"), Pattern.CASE_INSENSITIVE);
  }

  /** Why the CA must not hear of this request; empty if it may. */
  public Optional<SubmitOutcome> refusal(ParsedCsr csr) {
    Set<String> sids = sids(csr);
    if (sids.size() > 1) {
      return denied("sid-differs", "The request carries two different SIDs.");
    }
    try {
      return judged(csr, sids.stream().findFirst());
    } catch (UnavailableException e) {
      return Optional.of(new SubmitOutcome.Retryable(e.fault().code()));
    }
  }

  private static Set<String> sids(ParsedCsr csr) {
    Set<String> sids = new HashSet<>();
    if (csr.sid() != null) {
      sids.add(csr.sid().toUpperCase(Locale.ROOT));
    }
    values(csr, Type.URI)
        .map(SID_URI::matcher)
        .filter(Matcher::matches)
        .forEach(uri -> sids.add(uri.group(1).toUpperCase(Locale.ROOT)));
    return sids;
  }

  private static Stream<String> values(ParsedCsr csr, Type type) {
    return csr.sans().stream().filter(name -> name.type() == type).map(SubjectAltName::value);
  }

  private Optional<SubmitOutcome> judged(ParsedCsr csr, Optional<String> sid)
      throws UnavailableException {
    boolean named = false;
    for (String upn : values(csr, Type.UPN).toList()) {
      named = true;
      Optional<SubmitOutcome> refusal = named(Key.USER_PRINCIPAL_NAME, upn, sid);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    if (named || sid.isEmpty()) {
      return Optional.empty();
    }
    return host(values(csr, Type.DNS).toList(), sid);
  }

  /** A SID without a user's name is a computer's. */
  private Optional<SubmitOutcome> host(List<String> names, Optional<String> sid)
      throws UnavailableException {
    if (names.isEmpty()) {
      return denied(
          "sid-unverifiable",
          "The request carries a SID and no name to look up: add the UPN or the DNS name.");
    }
    for (String name : names) {
      Optional<SubmitOutcome> refusal = named(Key.DNS_HOST_NAME, name, sid);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Optional.empty();
  }

  private Optional<SubmitOutcome> named(Key key, String name, Optional<String> sid)
      throws UnavailableException {
    List<Account> accounts = directory.accounts(key, name);
    if (accounts.size() > 1) {
      return denied("account-ambiguous", "Several accounts have the name in the request.");
    }
    if (accounts.isEmpty()) {
      return sid.isPresent()
          ? denied("account-not-found", "No account has the name in the request.")
          : Optional.empty();
    }
    return account(accounts.get(0), sid);
  }

  private Optional<SubmitOutcome> account(Account account, Optional<String> sid) {
    if (sid.isPresent() && !account.sid().equalsIgnoreCase(sid.get())) {
      return denied("sid-differs", "The SID in the request is not that of the account it names.");
    }
    if (!account.enabled()) {
      return denied("account-disabled", "The account in the request is disabled.");
    }
    return Stream.concat(Stream.of(account.sid()), account.groups().stream())
            .anyMatch(this::isDenied)
        ? denied("account-privileged", "The account is in a group that gets no certificates here.")
        : Optional.empty();
  }

  private boolean isDenied(String sid) {
    return deniedGroups.stream().anyMatch(pattern -> pattern.matcher(sid).matches());
  }

  private static Optional<SubmitOutcome> denied(String code, String message) {
    return Optional.of(new SubmitOutcome.Denied(code, message));
  }
}
