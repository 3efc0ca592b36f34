package io.certferry.issuance;

import io.certferry.testkit.CertferryTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.UUID;

/** The service with real PostgreSQL and Kafka; all tests of this JVM share one. */
@QuarkusTestResource(
    value = CertferryTestResource.class,
    initArgs = @ResourceArg(name = "service", value = "issuance-service"))
public class ServiceTest {

  @Inject Pool pool;

  protected final Stories stories = Stories.shared();

  /** The first row of a query about one request. */
  protected Row row(String sql, UUID requestId) {
    return pool.preparedQuery(sql)
        .execute(Tuple.of(requestId))
        .await()
        .indefinitely()
        .iterator()
        .next();
  }

  protected long count(String sql, UUID requestId) {
    return row(sql, requestId).getLong(0);
  }

  /** Changes what time would change. */
  protected void change(String sql, UUID requestId) {
    pool.preparedQuery(sql).execute(Tuple.of(requestId)).await().indefinitely();
  }
}
