package io.certferry.cli.pfx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import io.certferry.pki.Randomness;
import io.certferry.pki.ca.CaCertificates;
import io.certferry.pki.ca.IssuePlan;
import io.certferry.pki.ca.Publication;
import io.certferry.pki.certificate.Certificates;
import io.certferry.pki.key.GeneratedKey;
import io.certferry.pki.key.KeyPairs;
import io.certferry.pki.key.KeySpec;
import io.certferry.pki.key.SecretBytes;
import io.certferry.pki.key.SigningKey;
import io.certferry.pki.name.DistinguishedName;
import io.certferry.pki.pkcs12.Pkcs12Files;
import io.certferry.pki.pkcs12.Pkcs12Profile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImportCommandTest {

  @TempDir Path folder;
  private SmallImportService service;
  private Path token;

  @BeforeEach
  void starts() throws IOException {
    service = new SmallImportService();
    token = Files.writeString(folder.resolve("token"), "the-token\n");
  }

  @AfterEach
  void stops() {
    service.close();
  }

  @Test
  void importsAFolderNamesTheBadFilesAndGoesOn() throws IOException {
    // Given
    byte[] good = write("alice.pfx", "secret", 300);
    write("old.pfx", "secret", -10);
    Files.writeString(folder.resolve("junk.pfx"), "not a pfx");
    Path csv =
        Files.writeString(
            folder.resolve("users.csv"),
            """
            user,file,password,purpose
            alice@contoso.test,alice.pfx,secret,
            bob@contoso.test,alice.pfx,wrong,
            carol@contoso.test,junk.pfx,secret,
            dave@contoso.test,missing.pfx,secret,
            erin@contoso.test,old.pfx,secret,smimeSigning
            frank@contoso.test,alice.pfx,пароль,
            grace@contoso.test,alice.pfx,secret,carpentry
            refused@contoso.test,alice.pfx,secret,
            """);

    // When
    int exit = run("--csv", csv.toString());

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(report())
        .extracting(line -> line.get("outcome").asText() + " " + line.path("code").asText())
        .containsExactly(
            "imported ",
            "skipped wrong-password",
            "skipped not-a-pfx",
            "skipped no-such-file",
            "imported ",
            "skipped password-not-representable",
            "skipped unknown-purpose",
            "refused pattern");
    assertThat(report().get(4).get("note").asText()).contains("history");
    assertThat(service.imports.keySet())
        .anyMatch(key -> key.startsWith("alice@contoso.test/smimeEncryption/"))
        .anyMatch(key -> key.startsWith("erin@contoso.test/smimeSigning/"));
    assertThat(service.imports.values()).anyMatch(file -> Arrays.equals(file, good));
    assertThat(Files.readString(folder.resolve("report.jsonl"))).doesNotContain("secret");
  }

  @Test
  void doesNothingTwiceWithTheSameReport() throws IOException {
    // Given
    write("alice.pfx", "secret", 300);
    Path csv =
        Files.writeString(
            folder.resolve("users.csv"),
            "user,file,password\nalice@contoso.test,alice.pfx,secret\n");
    run("--csv", csv.toString());
    Files.writeString(
        folder.resolve("report.jsonl"),
        "{\"outcome\":\"imp",
        java.nio.file.StandardOpenOption.APPEND);
    Files.writeString(
        folder.resolve("report.jsonl"), "\n", java.nio.file.StandardOpenOption.APPEND);

    // When
    int exit = run("--csv", csv.toString());

    // Then
    assertThat(exit).isZero();
    assertThat(service.uploads).hasValue(1);
  }

  @Test
  void sendsNothingInADryRun() throws IOException {
    // Given
    write("alice.pfx", "secret", 300);

    // When
    int exit = single("--dry-run");

    // Then
    assertThat(exit).isZero();
    assertThat(service.uploads).hasValue(0);
    assertThat(report().get(0).get("outcome").asText()).isEqualTo("would-import");
  }

  @Test
  void importsOneFile() throws IOException {
    // Given
    write("alice.pfx", "secret", 300);

    // Then
    assertThat(single()).isZero();
    assertThat(service.imports).hasSize(1);
  }

  @Test
  void waitsWhileTheServiceIsBusy() throws IOException {
    // Given
    write("alice.pfx", "secret", 300);
    service.unavailableFor.set(1);

    // Then
    assertThat(single()).isZero();
    assertThat(service.uploads).hasValue(2);
  }

  @Test
  void stopsWhereTheTokenIsRefused() throws IOException {
    // Given
    write("alice.pfx", "secret", 300);
    Files.writeString(token, "another-token");

    // Then
    assertThat(single()).isEqualTo(3);
  }

  @Test
  void refusesACallWithoutFiles() {
    assertThat(run()).isEqualTo(2);
  }

  private int single(String... more) throws IOException {
    Path password = Files.writeString(folder.resolve("password"), "secret\n");
    List<String> arguments = new ArrayList<>(List.of("--file"));
    arguments.add(folder.resolve("alice.pfx").toString());
    arguments.addAll(List.of("--user", "alice@contoso.test", "--password-file"));
    arguments.add(password.toString());
    arguments.addAll(Arrays.asList(more));
    return run(arguments.toArray(String[]::new));
  }

  private int run(String... arguments) {
    CommandLine command = new CommandLine(new PfxCommand());
    command.setOut(new PrintWriter(new StringWriter()));
    command.setErr(new PrintWriter(new StringWriter()));
    String[] all =
        Stream.concat(
                Stream.of(
                    "import",
                    "--service",
                    service.url(),
                    "--token-file",
                    token.toString(),
                    "--report",
                    folder.resolve("report.jsonl").toString()),
                Arrays.stream(arguments))
            .toArray(String[]::new);
    return command.execute(all);
  }

  private List<JsonNode> report() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("report.jsonl"), StandardCharsets.UTF_8)) {
      lines.add(ContractJson.mapper().readTree(line));
    }
    return lines;
  }

  private byte[] write(String name, String password, int daysLeft) throws IOException {
    Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond());
    GeneratedKey caKey = KeyPairs.generate(KeySpec.EC_256);
    byte[] ca =
        CaCertificates.selfSignedRoot(
            DistinguishedName.ofCommonName("CA"),
            caKey,
            new Certificates.Validity(
                now.minus(Duration.ofDays(1000)), now.plus(Duration.ofDays(1000))));
    GeneratedKey key = KeyPairs.generate(KeySpec.EC_256);
    byte[] leaf =
        CaCertificates.issue(
            new IssuePlan(
                DistinguishedName.ofCommonName("alice").der(),
                key.spki(),
                List.of(),
                List.of("1.3.6.1.5.5.7.3.4"),
                Set.of(),
                null,
                null,
                Randomness.serialNumber(),
                new Certificates.Validity(
                    now.minus(Duration.ofDays(365)), now.plus(Duration.ofDays(daysLeft))),
                Publication.NONE),
            SigningKey.of(caKey),
            ca);
    byte[] file =
        Pkcs12Files.build(
            Pkcs12Profile.MODERN,
            key.pkcs8(),
            leaf,
            List.of(),
            "alice",
            SecretBytes.copyOf(password.getBytes(StandardCharsets.US_ASCII)));
    Files.write(folder.resolve(name), file);
    return file;
  }
}
