package io.certferry.profile.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.contracts.event.DirectoryUser;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Devices and what they have. */
@Path("/api/v1/devices/{id}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "status")
public class DeviceResource {

  private static final String DEVICE =
      """
      select d.state, d.enrolment_id, d.last_seen_at, r.body, r.device_key_sha256, r.certificate_not_after, r.reported_at
      from device d left join device_report r on r.tenant = d.tenant and r.device_id = d.device_id
      where d.tenant = $1 and d.device_id = $2
      """;

  private static final String CERTIFICATES =
      "select "
          + CertificateView.COLUMNS
          + " from enrolment e"
          + CertificateView.JOIN
          + """
            where e.tenant = $1 and e.device_id = $2 and (e.created_at, e.request_id) > ($3, $4)
            order by e.created_at, e.request_id limit $5
            """;

  private final Pool pool;
  private final CurrentTenant tenant;

  DeviceResource(Pool pool, CurrentTenant tenant) {
    this.pool = pool;
    this.tenant = tenant;
  }

  /**
   * A device as it reported itself last.
   *
   * @param state active, unenrolled, retired, wiped or lost
   * @param deviceKeySha256 SPKI hash of the device's certificate, to which packages are encrypted
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DeviceView(
      String deviceId,
      String state,
      @Nullable String enrolmentId,
      @Nullable String platform,
      @Nullable String osVersion,
      @Nullable DirectoryUser user,
      @Nullable List<String> groups,
      @Nullable Map<String, String> attributes,
      @Nullable String deviceKeySha256,
      @Nullable Instant deviceCertificateNotAfter,
      @Nullable Instant reportedAt,
      @Nullable Instant lastSeenAt) {}

  @GET
  @RolesAllowed({"profile-admin", "mdm", "operator", "auditor"})
  @Operation(summary = "One device")
  public Uni<DeviceView> device(String id) {
    return find(tenant.id(), id).map(row -> view(id, row));
  }

  @GET
  @Path("/certificates")
  @RolesAllowed({"profile-admin", "mdm", "operator", "auditor"})
  @Operation(summary = "Every certificate and root that a device was granted, oldest first")
  public Uni<Page<CertificateView>> certificates(
      String id,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("cursor") @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    String of = tenant.id();
    return find(of, id)
        .chain(() -> certificates(of, id, page))
        .map(rows -> Page.of(page, rows, c -> Cursor.of(c.createdAt(), c.id())));
  }

  private Uni<Row> find(String of, String id) {
    return pool.preparedQuery(DEVICE)
        .execute(Tuple.of(of, id))
        .map(
            rows -> {
              if (rows.rowCount() == 0) {
                throw ProblemException.notFound();
              }
              return rows.iterator().next();
            });
  }

  private Uni<List<CertificateView>> certificates(String of, String id, PageRequest page) {
    return pool.preparedQuery(CERTIFICATES)
        .execute(
            Tuple.of(
                of,
                id,
                page.after().map(c -> c.instant(0)).orElse(Instant.EPOCH).atOffset(ZoneOffset.UTC),
                page.after().map(c -> c.uuid(1)).orElse(new UUID(0, 0)),
                page.fetch()))
        .map(DeviceResource::views);
  }

  private static List<CertificateView> views(RowSet<Row> rows) {
    List<CertificateView> views = new ArrayList<>();
    rows.forEach(row -> views.add(CertificateView.of(row)));
    return views;
  }

  private static DeviceView view(String id, Row row) {
    String body = row.getString("body");
    DeviceCheckedIn report =
        body == null
            ? null
            : ContractJson.read(body.getBytes(StandardCharsets.UTF_8), DeviceCheckedIn.class);
    return new DeviceView(
        id,
        row.getString("state"),
        row.getString("enrolment_id"),
        report == null ? null : report.platform(),
        report == null ? null : report.osVersion(),
        report == null ? null : report.user(),
        report == null ? null : report.groups(),
        report == null ? null : report.attributes(),
        row.getString("device_key_sha256"),
        instant(row.getOffsetDateTime("certificate_not_after")),
        instant(row.getOffsetDateTime("reported_at")),
        instant(row.getOffsetDateTime("last_seen_at")));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
