package io.certferry.gateway.driver.foreign;

import static io.certferry.gateway.driver.foreign.ForeignBench.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.contracts.event.ConnectorReported.Template;
import io.certferry.contracts.grant.Grant.SubjectAlternativeName;
import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.adcs.AdcsDriverProvider;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.AdcsPeer;
import io.certferry.testkit.peer.AdcsPeer.TemplateOffer;
import io.certferry.testkit.peer.NegotiateDoor;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AD CS in a domain: tickets, proof of the CA, templates and accounts from Samba. */
@Tag("ca-peers")
class SambaTest {

  private static final long YEAR = Duration.ofDays(365).toSeconds();

  @TempDir private static Path directory;
  private static final LyingCa CA = new LyingCa(ForeignBench.CLOCK);
  private static final PeerTls TLS = new PeerTls(ForeignBench.CLOCK);
  private static SambaDomain domain;
  private static PeerServer server;
  private static Path keytab;

  @BeforeAll
  static void startDomain() {
    domain = SambaDomain.start(directory);
    Path web = domain.addService("svc-ces", "HTTP/localhost");
    keytab = domain.addService(AdcsPeer.CLIENT);
    domain.addUser("alice");
    domain.addUser("chief");
    domain.tool("group", "add", "Nested");
    domain.tool("group", "addmembers", "Nested", "chief");
    domain.tool("group", "addmembers", "Domain Admins", "Nested");
    System.setProperty(
        "java.security.krb5.conf",
        ForeignBench.write(
                directory.resolve("krb5.conf"),
                """
                [libdefaults]
                  default_realm = CORP.EXAMPLE
                  dns_lookup_kdc = false
                  dns_lookup_realm = false
                  rdns = false
                [realms]
                  CORP.EXAMPLE = {
                    kdc = 127.0.0.1
                  }
                [domain_realm]
                  localhost = CORP.EXAMPLE
                """)
            .toString());
    server =
        PeerServer.start(
            TLS,
            false,
            0,
            new NegotiateDoor(
                new AdcsPeer(
                    CA, "no password", YEAR, List.of(TemplateOffer.good(ForeignBench.TEMPLATE))),
                "HTTP/localhost@" + SambaDomain.REALM,
                web,
                TLS.server()));
    domain.addAuthority(
        "Corp CA",
        CA.chain().get(0).toArray(),
        ForeignBench.TEMPLATE,
        server.url("/CES").toString());
  }

  @AfterAll
  static void stopDomain() {
    System.clearProperty("java.security.krb5.conf");
    if (server != null) {
      server.close();
    }
    if (domain != null) {
      domain.close();
    }
  }

  /** A driver that knows a domain controller and nothing else. */
  private static CaDriver driver(LyingCa pinned, Map<String, String> more) {
    Map<String, String> properties =
        new LinkedHashMap<>(
            ForeignBench.properties(pinned, server, TLS, directory, directory.resolve("unused")));
    properties.remove("url");
    properties.remove("authentication.password-file");
    properties.remove("templates.User.maximum-validity");
    properties.put("authentication.username", AdcsPeer.CLIENT + "@" + SambaDomain.REALM);
    properties.put("adcs.authentication", "kerberos");
    properties.put("adcs.keytab", keytab.toString());
    properties.put("directory.url", "ldap://localhost");
    properties.put("http.total-timeout", "PT20S");
    properties.putAll(more);
    return ForeignBench.open(
        new AdcsDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK), properties);
  }

  private static SubmissionDraft draft(String user, String sid) {
    SubmissionDraft draft = ForeignDriverContract.draft();
    draft.names = List.of(new SubjectAlternativeName("upn", user + "@corp.example"));
    draft.sid = sid;
    return draft;
  }

  private static void assertDenied(SubmitOutcome outcome, String code) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            SubmitOutcome.Denied.class, denied -> assertThat(denied.code()).isEqualTo(code));
  }

  /** By ticket, with the account as the directory has it. */
  @Test
  void enrolsWithATicketOfTheDomain() {
    try (CaDriver driver = driver(CA, Map.of())) {
      assertThat(driver.submit(order(draft("alice", domain.sid("alice")))))
          .isInstanceOf(SubmitOutcome.Issued.class);
      assertThat(driver.lastError()).isEmpty();
    }
  }

  @Test
  void learnsTheTemplatesFromTheDirectory() {
    try (CaDriver driver = driver(CA, Map.of())) {
      assertThat(driver.templates()).singleElement().satisfies(SambaTest::assertIsTheTemplate);
    }
  }

  private static void assertIsTheTemplate(Template template) {
    assertThat(template.name()).isEqualTo(ForeignBench.TEMPLATE);
    assertThat(template.minimumKeySize()).isEqualTo(2048);
    assertThat(template.maximumValiditySeconds()).isEqualTo(YEAR);
    assertThat(template.extendedKeyUsages())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4");
  }

  @Test
  void comparesTheSidWithTheAccount() {
    try (CaDriver driver = driver(CA, Map.of())) {
      int before = CA.submissions();
      assertDenied(driver.submit(order(draft("alice", domain.sid("chief")))), "sid-differs");
      assertDenied(driver.submit(order(draft("nobody", domain.sid("alice")))), "account-not-found");
      assertThat(CA.submissions()).isEqualTo(before);
    }
  }

  @Test
  void certifiesNobodyInTheDomainsAdministratorsHoweverDeep() {
    try (CaDriver driver = driver(CA, Map.of())) {
      assertDenied(driver.submit(order(draft("chief", domain.sid("chief")))), "account-privileged");
    }
  }

  @Test
  void refusesACaThatTheDirectoryDoesNotList() {
    LyingCa standalone = new LyingCa(ForeignBench.CLOCK);
    try (CaDriver driver = driver(standalone, Map.of("url", server.url("/CES").toString()))) {
      assertThat(driver.submit(order(draft("alice", domain.sid("alice")))))
          .isInstanceOfSatisfying(
              SubmitOutcome.ConfigurationError.class,
              error -> assertThat(error.code()).isEqualTo("not-enterprise"));
    }
  }

  @Test
  void waitsForADomainControllerThatIsAway() {
    try (CaDriver driver = driver(CA, Map.of("directory.url", "ldap://localhost:9"))) {
      assertThat(driver.submit(order(draft("alice", domain.sid("alice")))))
          .isEqualTo(new SubmitOutcome.Retryable("directory-unreachable"));
    }
  }
}
