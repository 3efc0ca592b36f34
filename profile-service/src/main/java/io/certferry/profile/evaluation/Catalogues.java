package io.certferry.profile.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.profile.assignment.Assignments;
import io.certferry.profile.assignment.Target;
import io.certferry.profile.catalogue.ProfileJson;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tenants' catalogues, kept in memory at their newest known revision. */
@ApplicationScoped
public class Catalogues {

  private static final int MOST_TENANTS = 256;

  /** One statement is one snapshot: revision, profiles and assignments belong together. */
  private static final String LOAD =
      """
      select r.revision, p.id, p.version, p.settings,
             (select coalesce(json_agg(json_build_array(a.mode, a.target, a.value) order by a.mode, a.position), '[]')
              from assignment a where a.profile_id = p.id)::text as assignments
      from catalogue_revision r
      left join profile p on p.tenant = r.tenant and p.state = 'active'
      where r.tenant = $1
      """;

  private final Pool pool;
  private final Map<String, Catalogue> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Catalogue> eldest) {
          return size() > MOST_TENANTS;
        }
      };

  public Catalogues(Pool pool) {
    this.pool = pool;
  }

  /**
   * A tenant's catalogue.
   *
   * @param revision the oldest that will do
   */
  public Uni<Catalogue> at(String tenant, long revision) {
    Catalogue catalogue = known(tenant);
    return catalogue != null && catalogue.revision() >= revision
        ? Uni.createFrom().item(catalogue)
        : load(tenant).invoke(this::remember);
  }

  /** A tenant's catalogue as the database has it now. */
  public Uni<Catalogue> load(String tenant) {
    return pool.preparedQuery(LOAD).execute(Tuple.of(tenant)).map(rows -> catalogue(tenant, rows));
  }

  private @Nullable Catalogue known(String tenant) {
    synchronized (known) {
      return known.get(tenant);
    }
  }

  private void remember(Catalogue loaded) {
    synchronized (known) {
      known.merge(loaded.tenant(), loaded, (a, b) -> a.revision() > b.revision() ? a : b);
    }
  }

  private static Catalogue catalogue(String tenant, RowSet<Row> rows) {
    long revision = 0;
    List<CataloguedProfile> profiles = new ArrayList<>();
    for (Row row : rows) {
      revision = row.getLong("revision");
      if (row.getUUID("id") != null) {
        profiles.add(profile(row));
      }
    }
    return new Catalogue(tenant, revision, profiles);
  }

  private static CataloguedProfile profile(Row row) {
    return CataloguedProfile.of(
        row.getUUID("id"),
        row.getInteger("version"),
        ProfileJson.read(row.getString("settings")),
        assignments(ProfileJson.parse(row.getString("assignments"))));
  }

  private static Assignments assignments(JsonNode lines) {
    List<Target> include = new ArrayList<>();
    List<Target> exclude = new ArrayList<>();
    for (JsonNode line : lines) {
      Target target = Target.of(line.get(1).asText(), line.get(2).asText());
      (line.get(0).asText().equals("include") ? include : exclude).add(target);
    }
    return new Assignments(include, exclude);
  }
}
