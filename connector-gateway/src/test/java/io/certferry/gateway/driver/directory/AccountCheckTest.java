package io.certferry.gateway.driver.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.directory.DirectoryLookup.Key;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.pki.certificate.ParsedCsr;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import io.certferry.pki.name.SubjectAltName.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccountCheckTest {

  private static final String DOMAIN = "S-1-5-21-1-2-3-";
  private static final String ALICE = DOMAIN + "1104";
  private static final SubjectAltName UPN = new SubjectAltName(Type.UPN, "alice@contoso.test");

  private final MapDirectory directory =
      new MapDirectory()
          .add(
              Key.USER_PRINCIPAL_NAME,
              "alice@contoso.test",
              new Account(ALICE, true, Set.of(DOMAIN + "513")));
  private final AccountCheck check = new AccountCheck(directory, List.of("*-512", "S-1-5-32-544"));

  private static ParsedCsr csr(@Nullable String sid, SubjectAltName... names) {
    return new ParsedCsr(
        DistinguishedName.ofCommonName("alice"),
        new byte[0],
        List.of(names),
        List.of(),
        Set.of(),
        sid,
        List.of());
  }

  private static SubjectAltName uri(String sid) {
    return new SubjectAltName(Type.URI, "tag:microsoft.com,2022-09-14:sid:" + sid);
  }

  private static void assertDenied(Optional<SubmitOutcome> refusal, String code) {
    assertThat(refusal)
        .get()
        .isInstanceOfSatisfying(
            SubmitOutcome.Denied.class, denied -> assertThat(denied.code()).isEqualTo(code));
  }

  @Test
  void letsAnAccountWithItsOwnSidThrough() {
    assertThat(check.refusal(csr(ALICE, UPN))).isEmpty();
    assertThat(check.refusal(csr(null, UPN, uri(ALICE)))).isEmpty();
    assertThat(check.refusal(csr(ALICE, UPN, uri(ALICE)))).isEmpty();
    assertThat(check.refusal(csr(null, UPN))).isEmpty();
  }

  @Test
  void refusesTheSidOfAnotherAccount() {
    assertDenied(check.refusal(csr(DOMAIN + "500", UPN)), "sid-differs");
    assertDenied(check.refusal(csr(null, UPN, uri(DOMAIN + "500"))), "sid-differs");
    assertDenied(check.refusal(csr(ALICE, UPN, uri(DOMAIN + "500"))), "sid-differs");
  }

  @Test
  void refusesASecondNameThatIsAnothersOwn() {
    directory.add(
        Key.USER_PRINCIPAL_NAME, "bob@contoso.test", new Account(DOMAIN + "1105", true, Set.of()));

    assertDenied(
        check.refusal(csr(ALICE, UPN, new SubjectAltName(Type.UPN, "bob@contoso.test"))),
        "sid-differs");
  }

  @Test
  void refusesASidWhoseAccountIsNotThere() {
    assertDenied(
        check.refusal(csr(ALICE, new SubjectAltName(Type.UPN, "nobody@contoso.test"))),
        "account-not-found");
    assertDenied(check.refusal(csr(ALICE)), "sid-unverifiable");
  }

  @Test
  void refusesANameThatSeveralAccountsHave() {
    directory.add(
        Key.USER_PRINCIPAL_NAME, "alice@contoso.test", new Account(DOMAIN + "1", true, Set.of()));

    assertDenied(check.refusal(csr(ALICE, UPN)), "account-ambiguous");
  }

  @Test
  void refusesAccountsThatAreDisabled() {
    directory.add(
        Key.USER_PRINCIPAL_NAME, "gone@contoso.test", new Account(ALICE, false, Set.of()));

    assertDenied(
        check.refusal(csr(ALICE, new SubjectAltName(Type.UPN, "gone@contoso.test"))),
        "account-disabled");
  }

  @Test
  void refusesMembersOfDeniedGroupsEvenWithoutASid() {
    directory.add(
        Key.USER_PRINCIPAL_NAME,
        "adm@contoso.test",
        new Account(DOMAIN + "1200", true, Set.of(DOMAIN + "513", DOMAIN + "512")));

    SubjectAltName name = new SubjectAltName(Type.UPN, "ADM@contoso.test");
    assertDenied(check.refusal(csr(null, name)), "account-privileged");
    assertDenied(check.refusal(csr(DOMAIN + "1200", name)), "account-privileged");
  }

  @Test
  void looksComputersUpByTheirDnsName() {
    directory.add(
        Key.DNS_HOST_NAME, "pc1.contoso.test", new Account(DOMAIN + "1300", true, Set.of()));
    SubjectAltName name = new SubjectAltName(Type.DNS, "pc1.contoso.test");

    assertThat(check.refusal(csr(DOMAIN + "1300", name))).isEmpty();
    assertDenied(check.refusal(csr(ALICE, name)), "sid-differs");
  }

  @Test
  void waitsForADirectoryThatDoesNotAnswer() {
    directory.away(Fault.DIRECTORY_UNREACHABLE);

    assertThat(check.refusal(csr(ALICE, UPN)))
        .contains(new SubmitOutcome.Retryable("directory-unreachable"));
  }
}
