package io.certferry.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.certferry.messaging.AuditVerdict.Finding;
import io.certferry.messaging.AuditVerdict.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {

  private static final int ENTRIES = 10;

  private TestDatabase database = TestDatabase.create();
  private final AuditTrail trail =
      new AuditTrail(Samples.SERVICE, InstantSource.fixed(Samples.NOW.plusNanos(123_456_789)));
  private AuditConfig config = Samples.config(AuditConfig.class);

  @BeforeEach
  void fill() {
    append(IntStream.range(0, ENTRIES).mapToObj(AuditTest::entry).toList());
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void verifiesWhatItSealed() {
    // When
    int sealed = sealer().sealOnce().await().indefinitely();
    append(List.of(entry(99)));

    // Then
    assertThat(sealed).isEqualTo(ENTRIES);
    AuditVerdict verdict = verify();
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.intact()).isTrue();
    assertThat(verdict.entries()).isEqualTo(ENTRIES);
    assertThat(verdict.unsealed()).isEqualTo(1);
    assertThat(verdict.head().position()).isEqualTo(ENTRIES);
  }

  @Test
  void keepsEntriesInTheOrderOfTheirAppending() {
    // When
    seal();

    // Then
    var rows = database.query("select subject from audit order by position").iterator();
    for (int i = 0; i < ENTRIES; i++) {
      assertThat(rows.next().getString(0)).isEqualTo("request/" + i);
    }
  }

  @Test
  void sealsEachEntryOnceWhenInstancesCompete() {
    // Given
    append(IntStream.range(0, 500).mapToObj(AuditTest::entry).toList());
    config = Samples.config(AuditConfig.class, "certferry.audit.batch-size", "7");
    List<AuditSealer> sealers = List.of(sealer(), sealer(), sealer());

    // When
    List<CompletableFuture<Void>> runs =
        sealers.stream()
            .map(
                sealer ->
                    CompletableFuture.runAsync(
                        () -> {
                          while (verify().unsealed() > 0) {
                            sealer.sealOnce().await().indefinitely();
                          }
                        }))
            .toList();
    runs.forEach(CompletableFuture::join);

    // Then
    AuditVerdict verdict = verify();
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.entries()).isEqualTo(500 + ENTRIES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update audit set actor = 'nobody' where position = 4",
        "update audit set facts = '{}' where position = 4",
        "update audit set facts = 'no json' where position = 4",
        "update audit set occurred_at = occurred_at - interval '1 day' where position = 4",
        "update audit set tenant = 'other' where position = 4"
      })
  void findsAnEdit(String edit) {
    seal();

    // When
    database.tamper(edit);

    // Then
    assertThat(verify().findings())
        .extracting(Finding::kind, Finding::position)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Kind.ALTERED, 4L));
  }

  @Test
  void findsADeletion() {
    seal();

    // When
    database.tamper("delete from audit where position = 4");

    // Then
    assertThat(kinds()).containsExactly(Kind.MISSING);
  }

  @Test
  void findsASwap() {
    seal();

    // When
    database.tamper(
        """
        update audit set position = 100 where position = 4;
        update audit set position = 4 where position = 5;
        update audit set position = 5 where position = 100
        """);

    // Then
    assertThat(kinds()).contains(Kind.ALTERED, Kind.UNLINKED);
  }

  @Test
  void findsACutEnd() {
    seal();

    // When
    database.tamper("delete from audit where position > 7");

    // Then
    assertThat(kinds()).containsExactly(Kind.TRUNCATED);
  }

  @Test
  void findsAnEntryPutBehindTheEnd() {
    seal();

    // When
    database.tamper(
        """
        insert into audit select gen_random_uuid(), writer, tenant, occurred_at, action, actor, subject, facts,
          11, hash, hash, sealed_at from audit where position = 10
        """);

    // Then
    assertThat(kinds()).contains(Kind.ALTERED, Kind.BEYOND_HEAD);
  }

  @Test
  void findsACutEndWithItsHeadMovedBackByAnExportedCheckpoint(@TempDir Path directory) {
    // Given
    Path file = directory.resolve("checkpoints");
    config = Samples.config(AuditConfig.class, "certferry.audit.checkpoint-file", file.toString());
    seal();
    assertThat(file).exists();

    // When
    database.tamper(
        """
        delete from audit where position > 7;
        update audit_head set position = 7, hash = (select hash from audit where position = 7)
        """);

    // Then
    assertThat(kinds()).containsExactly(Kind.TRUNCATED);
    config = Samples.config(AuditConfig.class);
    assertThat(kinds()).isEmpty();
  }

  @Test
  void findsARewrittenChainByACheckpoint() throws Exception {
    // Given
    seal();
    AuditCheckpoint kept = verify().head();
    database.tamper("update audit set actor = 'nobody' where position = 4");
    database.tamper(
        """
        update audit set position = null, previous_hash = null, hash = null, sealed_at = null;
        delete from audit_head
        """);
    seal();
    assertThat(kinds()).isEmpty();

    // When
    AuditVerdict verdict = verifier().verify(List.of(kept)).await().indefinitely();

    // Then
    assertThat(verdict.findings()).extracting(Finding::kind).containsExactly(Kind.REWRITTEN);
    assertThat(AuditCheckpoint.parse(kept.toLine())).isEqualTo(kept);
    assertThat(Files.exists(Path.of("checkpoints"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update audit set actor = 'nobody' where position is null",
        "update audit set actor = 'nobody', position = 1, hash = '', previous_hash = '', sealed_at = now()",
        "delete from audit",
        "truncate audit",
        "insert into audit select gen_random_uuid(), writer, tenant, occurred_at, action, actor, subject,"
            + " facts, 1, '', '', now() from audit limit 1"
      })
  void refusesEveryChangeButSealing(String change) {
    assertThatThrownBy(() -> database.run(change)).hasStackTraceContaining("audit");
    assertThat(database.count("audit")).isEqualTo(ENTRIES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update audit set sealed_at = now()",
        "update audit_head set position = 1",
        "delete from audit_head",
        "truncate audit_head"
      })
  void refusesToTouchWhatIsSealed(String change) {
    seal();

    assertThatThrownBy(() -> database.run(change)).hasStackTraceContaining("audit");
    assertThat(verify().intact()).isTrue();
  }

  @Test
  void storesTextThatPostgresqlCouldNot() {
    // When
    append(
        List.of(
            new AuditEntry("t1", "login.refused", "a\0b", "user/\uD800", Map.of("k\0", "v\0"))));
    seal();

    // Then
    assertThat(verify().intact()).isTrue();
    assertThat(database.count("audit where actor = 'a\uFFFDb' and subject = 'user/?'"))
        .isEqualTo(1);
  }

  private static AuditEntry entry(int number) {
    return new AuditEntry(
        "t1",
        "certificate.issued",
        "issuance-service",
        "request/" + number,
        Map.of("serial", "0" + number, "profileVersion", "3"));
  }

  private void append(List<AuditEntry> entries) {
    database.pool().withTransaction(tx -> trail.append(tx, entries)).await().indefinitely();
  }

  private void seal() {
    sealer().sealOnce().await().indefinitely();
  }

  private AuditSealer sealer() {
    return new AuditSealer(database.pool(), Samples.SERVICE, config);
  }

  private AuditVerifier verifier() {
    return new AuditVerifier(database.pool(), Samples.SERVICE, config);
  }

  private AuditVerdict verify() {
    return verifier().verify().await().indefinitely();
  }

  private List<Kind> kinds() {
    return verify().findings().stream().map(Finding::kind).toList();
  }
}
