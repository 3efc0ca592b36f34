package io.certferry.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.Bytes;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.CaCommand;
import io.certferry.contracts.event.CaCommand.SubmitCsr;
import io.certferry.contracts.grant.CommandAuthorization;
import io.certferry.contracts.grant.Grant;
import io.certferry.contracts.grant.Grant.NameAttribute;
import io.certferry.contracts.grant.Grant.SubjectAlternativeName;
import io.certferry.gateway.fixture.Forge;
import io.certferry.gateway.fixture.SubmissionDraft;
import io.certferry.pki.certificate.CsrPlan;
import io.certferry.pki.certificate.ExtendedKeyUsages;
import io.certferry.pki.certificate.KeyUsage;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.name.SubjectAltName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tampering with any field of grant, authorization or CSR is refused. */
class VerifyCommandTest {

  private static final Forge.Fresh FRESH = Forge.fresh();

  private final Instant now = Instant.now();
  private final SubmissionDraft draft = FRESH.forge().draft();

  private VerifyCommand verify() {
    return verify(LocalPolicy.ANY_NAME_BUT_DENIED);
  }

  private VerifyCommand verify(LocalPolicy policy) {
    return new VerifyCommand(
        new VerificationKeys(FRESH.grants(), FRESH.commands()),
        LocalPolicies.fixed(Map.of("builtin", policy)),
        () -> now);
  }

  private Checked<VerifiedSubmission> check(SubmitCsr command) {
    return verify().submission(command, "default", now, false);
  }

  private static String codeOf(Checked<?> checked) {
    return checked instanceof Checked.Refused<?> refused ? refused.refusal().code() : "accepted";
  }

  @Test
  void acceptsWhatBelongsTogether() {
    // When
    Checked<VerifiedSubmission> checked = check(draft.command());

    // Then
    assertThat(codeOf(checked)).isEqualTo("accepted");
    VerifiedSubmission verified = ((Checked.Accepted<VerifiedSubmission>) checked).value();
    assertThat(verified.template()).isEqualTo("User");
    assertThat(verified.spki()).isEqualTo(Bytes.of(draft.key.spki()));
  }

  static Stream<Named<UnaryOperator<Grant>>> grants() {
    return Stream.of(
        Named.of("requestId", grant("/requestId", UUID.randomUUID())),
        Named.of("kind", grant("/kind", "trusted-root")),
        Named.of("no certificate", grant("/certificate", null)),
        Named.of("tenant", grant("/naturalKey/tenant", "other")),
        Named.of("device", grant("/naturalKey/deviceId", "x")),
        Named.of("user", grant("/naturalKey/subject", "u2")),
        Named.of("profile", grant("/naturalKey/profileId", UUID.randomUUID())),
        Named.of("generation", grant("/naturalKey/generation", 2)),
        Named.of("caId", grant("/certificate/caId", "other-ca")),
        Named.of("subject", grant("/certificate/subject", List.of(List.of(cn("CN"))))),
        Named.of("unknown attribute", grant("/certificate/subject", List.of(List.of(cn("XX"))))),
        Named.of("fewer SANs", g -> names(g, List.of(firstName(g)))),
        Named.of(
            "SAN value",
            g ->
                names(
                    g,
                    List.of(
                        firstName(g), new SubjectAlternativeName("email", "bob@contoso.test")))),
        Named.of("sid", grant("/certificate/sid", "S-1-5-21-1-2-3-1105")),
        Named.of("no sid", grant("/certificate/sid", null)),
        Named.of(
            "EKU", grant("/certificate/extendedKeyUsages", List.of(ExtendedKeyUsages.CLIENT_AUTH))),
        Named.of("key algorithm", grant("/certificate/keyAlgorithm", "RSA")),
        Named.of("key size", grant("/certificate/keySize", 384)));
  }

  private static NameAttribute cn(String type) {
    return new NameAttribute(type, "bob");
  }

  private static SubjectAlternativeName firstName(Grant g) {
    return Objects.requireNonNull(g.certificate()).subjectAlternativeNames().get(0);
  }

  private static Grant names(Grant g, List<SubjectAlternativeName> names) {
    return grant("/certificate/subjectAlternativeNames", names).apply(g);
  }

  private static UnaryOperator<Grant> grant(String pointer, @Nullable Object value) {
    return original -> changed(Grant.class, original, pointer, value);
  }

  private static UnaryOperator<CommandAuthorization> authorization(String pointer, Object value) {
    return original -> changed(CommandAuthorization.class, original, pointer, value);
  }

  /** The same with another value of one member. */
  private static <T> T changed(Class<T> type, T original, String pointer, @Nullable Object value) {
    ObjectMapper json = ContractJson.mapper();
    JsonNode tree = json.valueToTree(original);
    JsonPointer member = JsonPointer.compile(pointer);
    ObjectNode parent = (ObjectNode) tree.at(member.head());
    parent.set(member.last().getMatchingProperty(), json.valueToTree(value));
    return json.convertValue(tree, type);
  }

  @ParameterizedTest
  @MethodSource("grants")
  void refusesAGrantForSomethingElse(UnaryOperator<Grant> change) {
    // Given
    draft.grantChange = change;

    // When
    String code = codeOf(check(draft.command()));

    // Then
    assertThat(code).isIn("grant-invalid", "command-invalid");
  }

  static Stream<Named<UnaryOperator<CsrPlan>>> csrs() {
    return Stream.of(
        Named.of(
            "subject",
            c ->
                new CsrPlan(
                    DistinguishedName.ofCommonName("bob"),
                    c.sans(),
                    c.ekus(),
                    c.keyUsage(),
                    c.sid())),
        Named.of(
            "one more SAN",
            c ->
                new CsrPlan(
                    c.subject(),
                    more(c.sans(), new SubjectAltName(SubjectAltName.Type.DNS, "dc1.contoso.test")),
                    c.ekus(),
                    c.keyUsage(),
                    c.sid())),
        Named.of(
            "a SAN twice",
            c ->
                new CsrPlan(
                    c.subject(), more(c.sans(), c.sans().get(0)), c.ekus(), c.keyUsage(), c.sid())),
        Named.of(
            "no SAN", c -> new CsrPlan(c.subject(), List.of(), c.ekus(), c.keyUsage(), c.sid())),
        Named.of(
            "one more EKU",
            c ->
                new CsrPlan(
                    c.subject(),
                    c.sans(),
                    more(c.ekus(), ExtendedKeyUsages.SMART_CARD_LOGON),
                    c.keyUsage(),
                    c.sid())),
        Named.of(
            "no EKU", c -> new CsrPlan(c.subject(), c.sans(), List.of(), c.keyUsage(), c.sid())),
        Named.of(
            "CA key usage",
            c ->
                new CsrPlan(
                    c.subject(), c.sans(), c.ekus(), Set.of(KeyUsage.KEY_CERT_SIGN), c.sid())),
        Named.of("no sid", c -> new CsrPlan(c.subject(), c.sans(), c.ekus(), c.keyUsage(), null)),
        Named.of(
            "another sid",
            c -> new CsrPlan(c.subject(), c.sans(), c.ekus(), c.keyUsage(), "S-1-5-21-1-2-3-500")));
  }

  private static <T> List<T> more(List<T> list, T element) {
    List<T> longer = new ArrayList<>(list);
    longer.add(element);
    return longer;
  }

  @ParameterizedTest
  @MethodSource("csrs")
  void refusesACsrThatAsksForSomethingElse(UnaryOperator<CsrPlan> change) {
    // Given
    draft.csrChange = change;

    // When
    String code = codeOf(check(draft.command()));

    // Then
    assertThat(code).isEqualTo("command-invalid");
  }

  static Stream<Named<UnaryOperator<CommandAuthorization>>> authorizations() {
    return Stream.of(
        Named.of("command", authorization("/command", "revoke")),
        Named.of("requestId", authorization("/requestId", UUID.randomUUID())),
        Named.of("tenant", authorization("/tenant", "other")),
        Named.of("caId", authorization("/caId", "other")),
        Named.of("grant", authorization("/grantSha256", "00".repeat(32))),
        Named.of("csr", authorization("/csrSha256", "00".repeat(32))),
        Named.of(
            "expired",
            a -> authorization("/expiresAt", a.issuedAt().minus(Duration.ofMinutes(6))).apply(a)),
        Named.of(
            "future",
            a -> authorization("/issuedAt", a.issuedAt().plus(Duration.ofMinutes(6))).apply(a)));
  }

  @ParameterizedTest
  @MethodSource("authorizations")
  void refusesAnAuthorizationForSomethingElse(UnaryOperator<CommandAuthorization> change) {
    // Given
    draft.authorizationChange = change;

    // When
    String code = codeOf(check(draft.command()));

    // Then
    assertThat(code).isEqualTo("command-invalid");
  }

  @Test
  void refusesEverySingleFlippedByteOfTheCsr() {
    // Given
    SubmitCsr command = draft.command();
    byte[] csr = command.csr().toArray();

    for (int i = 0; i < csr.length; i += 7) {
      byte[] flipped = csr.clone();
      flipped[i] ^= 1;

      // When
      String code = codeOf(check(withCsr(command, flipped)));

      // Then
      assertThat(code).isEqualTo("command-invalid");
    }
  }

  @Test
  void refusesACsrThatIsNotSignedByItsOwnKey() {
    // Given: the signature's last byte is another, and the sender vouches for it
    byte[] csr = draft.csr();
    csr[csr.length - 1] ^= 1;

    // When
    String code = codeOf(check(draft.command()));

    // Then
    assertThat(code).isEqualTo("command-invalid");
  }

  private static SubmitCsr withCsr(SubmitCsr c, byte[] csr) {
    return new SubmitCsr(
        c.requestId(),
        c.caId(),
        c.naturalKey(),
        c.grant(),
        Bytes.of(csr),
        c.authorization(),
        c.priority(),
        c.deadline());
  }

  @Test
  void refusesSignaturesOfStrangers() {
    // Given
    SubmissionDraft foreign = Forge.fresh().forge().draft();

    // When
    Checked<VerifiedSubmission> checked = check(foreign.command());

    // Then
    assertThat(codeOf(checked)).isEqualTo("command-invalid");
  }

  @Test
  void refusesAGrantSignedWithTheCommandKey() {
    // Given
    Forge.Fresh fresh = FRESH;
    SubmissionDraft mixed = new Forge(fresh.forge().commands(), fresh.forge().commands()).draft();

    // When
    Checked<VerifiedSubmission> checked = check(mixed.command());

    // Then
    assertThat(codeOf(checked)).isEqualTo("grant-invalid");
  }

  @Test
  void refusesAnotherTenantsEnvelope() {
    // When
    Checked<VerifiedSubmission> checked = verify().submission(draft.command(), "other", now, false);

    // Then
    assertThat(codeOf(checked)).isEqualTo("command-invalid");
  }

  @Test
  void refusesAnExpiredGrantBeforeTheFirstSubmissionOnly() {
    // Given
    draft.grantExpiresAt = now.minusSeconds(1);
    SubmitCsr command = draft.command();

    // When
    Checked<VerifiedSubmission> first = verify().submission(command, "default", now, false);
    Checked<VerifiedSubmission> again = verify().submission(command, "default", now, true);

    // Then
    assertThat(codeOf(first)).isEqualTo("grant-expired");
    assertThat(codeOf(again)).isEqualTo("accepted");
  }

  @Test
  void letsAFreshCommandWaitLongerThanItsAuthorization() {
    // Given
    Instant receivedAt = now.minus(Duration.ofDays(1));
    draft.issuedAt = receivedAt;
    draft.authorizationExpiresAt = receivedAt.plus(Duration.ofMinutes(10));
    draft.grantExpiresAt = now.plus(Duration.ofDays(1));

    // When
    Checked<VerifiedSubmission> checked =
        verify().submission(draft.command(), "default", receivedAt, false);

    // Then
    assertThat(codeOf(checked)).isEqualTo("accepted");
  }

  @Test
  void appliesTheLocalPolicyToEverySubmission() {
    // Given
    LocalPolicy nothing = PolicyFile.parse("templates: [Workstation]\n");

    // When
    Checked<VerifiedSubmission> first =
        verify(nothing).submission(draft.command(), "default", now, false);
    Checked<VerifiedSubmission> again =
        verify(nothing).submission(draft.command(), "default", now, true);

    // Then
    assertThat(Arrays.asList(codeOf(first), codeOf(again))).containsOnly("policy-refused");
  }

  @Test
  void refusesARevocationOfAnotherSerial() {
    // Given
    CaCommand.RevokeCertificate signed =
        draft.revocation(UUID.randomUUID(), "CN=Issuer", "0a", "keyCompromise");
    CaCommand.RevokeCertificate changed =
        new CaCommand.RevokeCertificate(
            signed.requestId(),
            signed.caId(),
            signed.revocationId(),
            signed.naturalKey(),
            signed.issuer(),
            "0b",
            signed.reason(),
            signed.authorization());

    // When
    Optional<Refusal> honest = verify().authorization(signed, "default", now);
    Optional<Refusal> tampered = verify().authorization(changed, "default", now);

    // Then
    assertThat(honest).isEmpty();
    assertThat(tampered).get().extracting(Refusal::code).isEqualTo("command-invalid");
  }
}
