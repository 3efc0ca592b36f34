package io.certferry.profile.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How a profile stands on its devices: numbers by state, and each device. */
@Path("/api/v1/profiles/{id}/status")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "status")
public class ProfileStatusResource {

  private static final String KNOWN = "select 1 from profile where id = $1 and tenant = $2";

  private static final String LINES =
      """
      select c.device_id, c.subject, c.state, c.rule, c.message, c.certificate_id
      from (
        select e.device_id, e.subject, e.request_id as certificate_id, e.reason as rule, e.detail as message,
               case when e.ended_at is not null
                      and e.state in ('ACCEPTED', 'KEYED', 'SUBMITTING', 'PENDING_AT_CA', 'UNKNOWN_AT_CA')
                    then 'CANCELLED' else e.state end as state
        from enrolment e where e.profile_id = $1 and e.newest
        union all
        select u.device_id, u.subject, null::uuid, u.rule, u.message, u.state
        from unsuitable u where u.profile_id = $1
      ) c
      """;

  private static final UUID LOWEST = new UUID(0, 0);

  private static final String COUNTS =
      "select state, count(*) as n from (" + LINES + ") s group by state";

  private static final String PAGE =
      LINES
          + """
          where (c.device_id, c.subject, c.state, coalesce(c.certificate_id, $5)) > ($2, $3, $4, $6)
          order by c.device_id, c.subject, c.state, coalesce(c.certificate_id, $5) limit $7
          """;

  private final Pool pool;
  private final CurrentTenant tenant;

  ProfileStatusResource(Pool pool, CurrentTenant tenant) {
    this.pool = pool;
    this.tenant = tenant;
  }

  /**
   * One device, or one user on it.
   *
   * @param state of the newest request, or not-applicable, or error
   * @param certificateId see {@code /certificates/{id}/timeline}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Line(
      String deviceId,
      String subject,
      String state,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable UUID certificateId) {

    static Line of(Row row) {
      return new Line(
          row.getString("device_id"),
          row.getString("subject"),
          row.getString("state"),
          row.getString("rule"),
          row.getString("message"),
          row.getUUID("certificate_id"));
    }

    Cursor cursor() {
      return Cursor.of(deviceId, subject, state, certificateId == null ? LOWEST : certificateId);
    }
  }

  /**
   * The answer.
   *
   * @param counts over all devices, by state
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Status(
      UUID profileId, Map<String, Long> counts, List<Line> items, @Nullable String next) {}

  @GET
  @RolesAllowed({"profile-admin", "operator", "auditor"})
  @Operation(summary = "How a profile stands on its devices")
  public Uni<Status> status(
      UUID id,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("cursor") @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    return requireKnown(id, tenant.id())
        .chain(() -> counts(id))
        .chain(counts -> lines(id, page).map(lines -> status(id, counts, page, lines)));
  }

  private Uni<Void> requireKnown(UUID id, String tenantId) {
    return pool.preparedQuery(KNOWN)
        .execute(Tuple.of(id, tenantId))
        .invoke(
            rows -> {
              if (rows.rowCount() == 0) {
                throw ProblemException.notFound();
              }
            })
        .replaceWithVoid();
  }

  private Uni<Map<String, Long>> counts(UUID id) {
    return pool.preparedQuery(COUNTS)
        .execute(Tuple.of(id))
        .map(
            rows -> {
              Map<String, Long> counts = new TreeMap<>();
              rows.forEach(row -> counts.put(row.getString("state"), row.getLong("n")));
              return counts;
            });
  }

  private Uni<List<Line>> lines(UUID id, PageRequest page) {
    return pool.preparedQuery(PAGE)
        .execute(
            Tuple.from(
                List.of(
                    id,
                    page.after().map(c -> c.text(0)).orElse(""),
                    page.after().map(c -> c.text(1)).orElse(""),
                    page.after().map(c -> c.text(2)).orElse(""),
                    LOWEST,
                    page.after().map(c -> c.uuid(3)).orElse(LOWEST),
                    page.fetch())))
        .map(
            rows -> {
              List<Line> lines = new ArrayList<>();
              rows.forEach(row -> lines.add(Line.of(row)));
              return lines;
            });
  }

  private static Status status(
      UUID id, Map<String, Long> counts, PageRequest request, List<Line> lines) {
    Page<Line> page = Page.of(request, lines, Line::cursor);
    return new Status(id, counts, page.items(), page.next());
  }
}
