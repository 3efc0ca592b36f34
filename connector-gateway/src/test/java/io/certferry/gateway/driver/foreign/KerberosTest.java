package io.certferry.gateway.driver.foreign;

import static io.certferry.gateway.driver.foreign.ForeignBench.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.certferry.gateway.driver.CaDriver;
import io.certferry.gateway.driver.SubmitOutcome;
import io.certferry.gateway.driver.adcs.AdcsDriverProvider;
import io.certferry.testkit.ca.LyingCa;
import io.certferry.testkit.peer.AdcsPeer;
import io.certferry.testkit.peer.AdcsPeer.TemplateOffer;
import io.certferry.testkit.peer.NegotiateDoor;
import io.certferry.testkit.peer.PeerServer;
import io.certferry.testkit.peer.PeerTls;
import io.certferry.testkit.process.ChildProcess;
import io.certferry.testkit.process.FreePorts;
import io.certferry.testkit.process.StopSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AD CS web services behind Kerberos, with MIT's key distribution centre. */
@Tag("ca-peers")
class KerberosTest {

  private static final long YEAR = Duration.ofDays(365).toSeconds();
  private static final String REALM = "CORP.TEST";

  @TempDir private static Path directory;
  private static ChildProcess kdc;
  private static Map<String, String> environment = Map.of();
  private static int port;

  @BeforeAll
  static void startKdc() {
    port = FreePorts.next();
    Path krb5 =
        ForeignBench.write(
            directory.resolve("krb5.conf"),
            """
            [libdefaults]
              default_realm = %1$s
              dns_lookup_kdc = false
              dns_lookup_realm = false
              rdns = false
              udp_preference_limit = 1
            [realms]
              %1$s = {
                kdc = 127.0.0.1:%2$d
              }
            [domain_realm]
              localhost = %1$s
            """
                .formatted(REALM, port));
    Path profile =
        ForeignBench.write(
            directory.resolve("kdc.conf"),
            """
            [kdcdefaults]
              kdc_listen = 127.0.0.1:%2$d
              kdc_tcp_listen = 127.0.0.1:%2$d
            [realms]
              %1$s = {
                database_name = %3$s/principal
                key_stash_file = %3$s/stash
                supported_enctypes = aes256-cts-hmac-sha1-96:normal
              }
            """
                .formatted(REALM, port, directory));
    environment = Map.of("KRB5_CONFIG", krb5.toString(), "KRB5_KDC_PROFILE", profile.toString());
    run("kdb5_util", "create", "-s", "-r", REALM, "-P", "only-for-this-test");
    kadmin("addprinc -randkey HTTP/localhost");
    kadmin("ktadd -k " + directory.resolve("http.keytab") + " HTTP/localhost");
    kadmin("addprinc -randkey connector");
    kadmin("ktadd -k " + directory.resolve("old.keytab") + " connector");
    kadmin("ktadd -k " + directory.resolve("connector.keytab") + " connector");
    kdc =
        ChildProcess.start(
            new ChildProcess.Spec(
                "krb5kdc",
                List.of("krb5kdc", "-n"),
                environment,
                directory,
                directory.resolve("kdc.log"),
                StopSignal.TERM));
    Awaitility.await().until(() -> !FreePorts.isFree(port));
    System.setProperty("java.security.krb5.conf", krb5.toString());
  }

  @AfterAll
  static void stopKdc() {
    System.clearProperty("java.security.krb5.conf");
    if (kdc != null) {
      kdc.stop(Duration.ofSeconds(5));
    }
  }

  private static void kadmin(String query) {
    run("kadmin.local", "-r", REALM, "-q", query);
  }

  private static void run(String... command) {
    ChildProcess.run(List.of(command), environment, directory);
  }

  /** The driver with one of the keytabs, and how it fares twice. */
  private List<SubmitOutcome> submitTwice(
      String keytab, PeerServer server, LyingCa ca, PeerTls tls) {
    Map<String, String> properties =
        ForeignBench.properties(ca, server, tls, directory, directory.resolve("unused"));
    properties.remove("authentication.password-file");
    properties.put("url", server.url("/CES").toString());
    properties.put("authentication.username", "connector@" + REALM);
    properties.put("adcs.authentication", "kerberos");
    properties.put("adcs.keytab", directory.resolve(keytab).toString());
    properties.put("http.total-timeout", "PT10S");
    try (CaDriver driver =
        ForeignBench.open(
            new AdcsDriverProvider(ForeignBench.VERTX, ForeignBench.CLOCK), properties)) {
      return List.of(
          driver.submit(order(ForeignDriverContract.draft())),
          driver.submit(order(ForeignDriverContract.draft())));
    }
  }

  /**
   * Behind the door.
   *
   * @param boundTo whose certificate a ticket must be bound to
   */
  private static PeerServer server(LyingCa ca, PeerTls tls, PeerTls boundTo) {
    AdcsPeer peer =
        new AdcsPeer(ca, "no password", YEAR, List.of(TemplateOffer.good(ForeignBench.TEMPLATE)));
    return PeerServer.start(
        tls,
        false,
        0,
        new NegotiateDoor(
            peer, "HTTP/localhost@" + REALM, directory.resolve("http.keytab"), boundTo.server()));
  }

  @Test
  void enrolsWithATicket() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    PeerTls tls = new PeerTls(ForeignBench.CLOCK);
    try (PeerServer server = server(ca, tls, tls)) {
      // Then
      assertThat(submitTwice("connector.keytab", server, ca, tls))
          .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(SubmitOutcome.Issued.class));
    }
  }

  @Test
  void bindsItsTicketToTheConnection() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    PeerTls tls = new PeerTls(ForeignBench.CLOCK);
    PeerTls another = new PeerTls(ForeignBench.CLOCK);
    try (PeerServer relay = server(ca, tls, another)) {
      // Then: whoever passes the ticket on to another server is turned away
      assertThat(submitTwice("connector.keytab", relay, ca, tls))
          .containsOnly(new SubmitOutcome.Retryable("credentials-refused"));
      assertThat(ca.submissions()).isZero();
    }
  }

  @Test
  void triesAKeytabWithOldKeysOnce() {
    // Given
    LyingCa ca = new LyingCa(ForeignBench.CLOCK);
    PeerTls tls = new PeerTls(ForeignBench.CLOCK);
    try (PeerServer server = server(ca, tls, tls)) {
      // Then
      assertThat(submitTwice("old.keytab", server, ca, tls))
          .containsOnly(new SubmitOutcome.Retryable("credentials-refused"));
      assertThat(server.seen()).isEmpty();
    }
  }
}
