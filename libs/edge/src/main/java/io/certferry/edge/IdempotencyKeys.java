package io.certferry.edge;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Makes a create that comes again give the answer it gave. The key is claimed first thing in the
 * transaction of the effect and completed in it: a second call waits for the first to commit, then
 * reads its answer; a first that fails leaves no trace. Answers are kept for at least a day.
 */
@Singleton
public class IdempotencyKeys {

  private static final String CLAIM =
      """
      insert into idempotency_key (tenant, key, operation, body_sha256)
      values (%s, %s, %s, %s) on conflict do nothing
      """;

  private static final String COMPLETE =
      """
      update idempotency_key set status = %s, location = %s, response = %s
      where tenant = %s and key = %s and operation = %s
      """;

  private static final String FIND =
      """
      select body_sha256, status, location, response from idempotency_key
      where tenant = %s and key = %s and operation = %s
      """;

  /** A few old ones with each new one. */
  private static final String FORGET =
      """
      delete from idempotency_key where ctid = any(array(
        select ctid from idempotency_key where created_at < now() - interval '1 day' limit 10
        for update skip locked))
      """;

  /**
   * Runs the effect unless this call has been answered before.
   *
   * @param tx the transaction of the effect
   * @param call empty if the client sent no key: the effect just runs
   * @return fails with {@link ProblemException} 422 if the key came with another body
   */
  public Uni<RecordedAnswer> once(
      SqlConnection tx, Optional<IdempotentCall> call, Supplier<Uni<RecordedAnswer>> effect) {
    return once(new OfTheClient(tx), call, effect);
  }

  /**
   * The same for Hibernate Reactive: a {@code Mutiny.Session} or {@code Mutiny.StatelessSession}
   * with a transaction open.
   */
  public Uni<RecordedAnswer> once(
      Mutiny.QueryProducer session,
      Optional<IdempotentCall> call,
      Supplier<Uni<RecordedAnswer>> effect) {
    return once(new OfHibernate(session), call, effect);
  }

  private static Uni<RecordedAnswer> once(
      Statements statements, Optional<IdempotentCall> call, Supplier<Uni<RecordedAnswer>> effect) {
    return call.map(
            known ->
                claim(statements, known)
                    .chain(
                        first ->
                            first
                                ? runAndRecord(statements, known, effect)
                                : recorded(statements, known)))
        .orElseGet(effect);
  }

  private static Uni<Boolean> claim(Statements statements, IdempotentCall call) {
    return statements
        .update(FORGET, List.of())
        .chain(
            () ->
                statements.update(
                    CLAIM, List.of(call.tenant(), call.key(), call.operation(), call.bodySha256())))
        .map(rows -> rows == 1);
  }

  private static Uni<RecordedAnswer> runAndRecord(
      Statements statements, IdempotentCall call, Supplier<Uni<RecordedAnswer>> effect) {
    return effect
        .get()
        .call(
            answer ->
                statements.update(
                    COMPLETE,
                    Arrays.asList(
                        answer.status(),
                        answer.location(),
                        answer.body(),
                        call.tenant(),
                        call.key(),
                        call.operation())));
  }

  private static Uni<RecordedAnswer> recorded(Statements statements, IdempotentCall call) {
    return statements
        .find(FIND, List.of(call.tenant(), call.key(), call.operation()))
        .map(found -> found.answerTo(call));
  }

  /** A row of the table. */
  private record Found(
      String bodySha256, int status, @Nullable String location, @Nullable String response) {

    RecordedAnswer answerTo(IdempotentCall call) {
      if (!bodySha256.equals(call.bodySha256())) {
        throw ProblemException.ruleBroken(
            IdempotentCall.HEADER, "idempotency-key-reused", "was used with another body");
      }
      return new RecordedAnswer(status, location, response);
    }
  }

  /** The two ways to talk to the transaction. */
  private sealed interface Statements {
    Uni<Integer> update(String sql, List<@Nullable Object> parameters);

    Uni<Found> find(String sql, List<@Nullable Object> parameters);
  }

  private record OfTheClient(SqlConnection tx) implements Statements {
    @Override
    public Uni<Integer> update(String sql, List<@Nullable Object> parameters) {
      return run(sql, parameters).map(RowSet::rowCount);
    }

    @Override
    public Uni<Found> find(String sql, List<@Nullable Object> parameters) {
      return run(sql, parameters)
          .map(rows -> rows.iterator().next())
          .map(
              row ->
                  new Found(
                      row.getString(0), row.getInteger(1), row.getString(2), row.getString(3)));
    }

    private Uni<RowSet<Row>> run(String sql, List<@Nullable Object> parameters) {
      return tx.preparedQuery(numbered(sql, "$", parameters.size()))
          .execute(Tuple.from(parameters));
    }
  }

  private record OfHibernate(Mutiny.QueryProducer session) implements Statements {
    @Override
    public Uni<Integer> update(String sql, List<@Nullable Object> parameters) {
      var query = session.createNativeQuery(numbered(sql, "?", parameters.size()));
      for (int i = 0; i < parameters.size(); i++) {
        query.setParameter(i + 1, parameters.get(i));
      }
      return query.executeUpdate();
    }

    @Override
    public Uni<Found> find(String sql, List<@Nullable Object> parameters) {
      var query = session.createNativeQuery(numbered(sql, "?", parameters.size()), Object[].class);
      for (int i = 0; i < parameters.size(); i++) {
        query.setParameter(i + 1, parameters.get(i));
      }
      return query
          .getSingleResult()
          .map(
              row ->
                  new Found(
                      String.valueOf(row[0]),
                      ((Number) row[1]).intValue(),
                      (String) row[2],
                      (String) row[3]));
    }
  }

  private static String numbered(String sql, String sign, int count) {
    Object[] names = new Object[count];
    for (int i = 0; i < count; i++) {
      names[i] = sign + (i + 1);
    }
    return sql.formatted(names);
  }
}
