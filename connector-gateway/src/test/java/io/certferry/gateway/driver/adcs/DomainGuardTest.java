package io.certferry.gateway.driver.adcs;

import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.Bytes;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.adcs.WebService.Authentication;
import io.certferry.gateway.driver.directory.Account;
import io.certferry.gateway.driver.directory.AccountCheck;
import io.certferry.gateway.driver.directory.CertificateTemplate;
import io.certferry.gateway.driver.directory.DirectoryLookup.Key;
import io.certferry.gateway.driver.directory.EnrolmentService;
import io.certferry.gateway.driver.directory.MapDirectory;
import io.certferry.gateway.driver.wire.Fault;
import io.certferry.gateway.driver.wire.PinnedChain;
import io.certferry.gateway.fixture.Forge;
import io.certferry.testkit.ca.LyingCa;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DomainGuardTest {

  private static final InstantSource CLOCK = InstantSource.system();
  private static final Bytes CSR = Bytes.of(Forge.fresh().forge().draft().csr());

  private final LyingCa ca = new LyingCa(CLOCK);
  private final MapDirectory directory =
      new MapDirectory()
          .add(
              Key.USER_PRINCIPAL_NAME,
              "alice@contoso.test",
              new Account("S-1-5-21-1-2-3-1104", true, Set.of()));

  private DomainGuard guard() {
    return new DomainGuard(
        new PolicyCache(new DirectoryPolicy(directory), Duration.ofMinutes(1), CLOCK),
        new AccountCheck(directory, List.of("*-512")),
        new PinnedChain(ca.chain()));
  }

  private void register(boolean hasTemplates) {
    directory.add(
        new EnrolmentService(
            "Corp CA",
            "ca1.corp.example",
            List.of(ca.chain().get(0)),
            hasTemplates,
            List.of("User"),
            List.of(
                "2\n2\n0\nhttps://second.example/CES\n0",
                "1\n2\n1\nhttps://renewals.example/CES\n0",
                "1\n2\n0\nhttps://first.example/CES\n0",
                "0\n4\n0\nhttps://passwords.example/CES\n0",
                "0\n2\n0\nhttp://plain.example/CES",
                "nonsense")),
        new CertificateTemplate("User", "The users", 2, 3600, 2048, 1, 0, List.of()));
  }

  @Test
  void letsARequestToAnEnterpriseCaThrough() {
    register(true);

    assertThat(guard().refusal(CSR)).isEmpty();
  }

  @Test
  void refusesACaThatIsNotInTheDirectory() {
    assertNotEnterprise(guard().refusal(CSR));
  }

  @Test
  void refusesACaWithoutTemplates() {
    register(false);

    assertNotEnterprise(guard().refusal(CSR));
  }

  private static void assertNotEnterprise(Optional<SubmitOutcome> refusal) {
    assertThat(refusal)
        .get()
        .isInstanceOfSatisfying(
            SubmitOutcome.ConfigurationError.class,
            error -> assertThat(error.code()).isEqualTo("not-enterprise"));
  }

  @Test
  void waitsForADirectoryThatDoesNotAnswer() {
    register(true);
    directory.away(Fault.DIRECTORY_REFUSED);

    assertThat(guard().refusal(CSR)).contains(new SubmitOutcome.Retryable("directory-refused"));
  }

  @Test
  void findsTheAddressByAuthenticationAndPriority() {
    // Given
    register(true);
    EnrolmentPolicy policy = ((PolicySource.Known) new DirectoryPolicy(directory).ask()).policy();

    // Then
    assertThat(
            EnrolmentPolicy.addresses(
                policy.authority(ca.chain().get(0)).orElseThrow(), Authentication.KERBEROS))
        .containsExactly(
            URI.create("https://first.example/CES"), URI.create("https://second.example/CES"));
    assertThat(policy.offers().get(0).authorities()).containsExactly("Corp CA");
  }
}
