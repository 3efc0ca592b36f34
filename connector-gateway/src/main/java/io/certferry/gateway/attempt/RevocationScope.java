package io.certferry.gateway.attempt;

import io.certferry.contracts.event.CaCommand;
import io.certferry.gateway.policy.Refusal;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** A tenant revokes its own certificates; another tenant's do not exist for it. Blocking. */
@ApplicationScoped
class RevocationScope {

  private static final String OWNER =
      "select tenant, ca_id from certificate where issuer = $1 and serial = $2";

  private final Pool pool;

  RevocationScope(Pool pool) {
    this.pool = pool;
  }

  Optional<Refusal> refusal(CaCommand.RevokeCertificate command, String tenant) {
    Tuple parameters = Tuple.of(command.issuer(), command.serial());
    for (Row row : pool.preparedQuery(OWNER).execute(parameters).await().indefinitely()) {
      if (!row.getString("tenant").equals(tenant)
          || !row.getString("ca_id").equals(command.caId())) {
        return Optional.of(
            new Refusal("unknown-serial", "the CA issued no such certificate to this tenant"));
      }
    }
    return Optional.empty();
  }
}
