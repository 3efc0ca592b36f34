package io.certferry.profile.preview;

import com.fasterxml.jackson.databind.JsonNode;
import io.certferry.contracts.ContractJson;
import io.certferry.contracts.event.DeviceCheckedIn;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.certferry.profile.checkin.CheckInSample;
import io.certferry.profile.evaluation.CataloguedProfile;
import io.certferry.profile.evaluation.Catalogues;
import io.certferry.profile.evaluation.Preview;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Dry runs of a profile. */
@Path("/api/v1/profiles/{id}/preview")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "profiles")
public class PreviewResource {

  /** How many devices one call looks through for those that the profile is assigned to. */
  private static final int MOST_LOOKED_AT = 2_000;

  private static final String REPORTS =
      """
      select r.device_id, r.body
      from device_report r join device d on d.tenant = r.tenant and d.device_id = r.device_id
      where r.tenant = $1 and r.device_id > $2 and d.state = 'active'
      order by r.device_id limit $3
      """;

  private final Catalogues catalogues;
  private final Pool pool;
  private final CurrentTenant tenant;

  PreviewResource(Catalogues catalogues, Pool pool, CurrentTenant tenant) {
    this.catalogues = catalogues;
    this.pool = pool;
    this.tenant = tenant;
  }

  @POST
  @RolesAllowed("profile-admin")
  @Operation(
      summary =
          "What the profile would give to a sample check-in; without a body, to the devices it is assigned to")
  public Uni<Page<Preview>> ofSample(
      UUID id,
      @Nullable JsonNode body,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("cursor") @Nullable String cursor) {
    if (body == null || (body.isObject() && body.isEmpty())) {
      return ofDevices(id, limit, cursor);
    }
    FieldErrors errors = new FieldErrors();
    DeviceCheckedIn sample = CheckInSample.read(body, errors);
    return profile(id)
        .invoke(errors::throwIfAny)
        .map(profile -> new Page<>(List.of(Preview.of(profile, sample)), null));
  }

  @GET
  @RolesAllowed({"profile-admin", "operator", "auditor"})
  @Operation(
      summary =
          "What the profile would give to the devices it is assigned to, and who would fail and why")
  public Uni<Page<Preview>> ofDevices(
      UUID id,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("cursor") @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    String of = tenant.id();
    return profile(id)
        .chain(
            profile ->
                pool.preparedQuery(REPORTS)
                    .execute(
                        Tuple.of(of, page.after().map(c -> c.text(0)).orElse(""), MOST_LOOKED_AT))
                    .map(rows -> page(profile, rows, page)));
  }

  private Uni<CataloguedProfile> profile(UUID id) {
    return catalogues
        .load(tenant.id())
        .map(
            catalogue ->
                catalogue.profiles().stream()
                    .filter(p -> p.id().equals(id))
                    .findFirst()
                    .orElseThrow(ProblemException::notFound));
  }

  /** The next page begins behind the last device that was looked at, be it assigned or not. */
  private static Page<Preview> page(
      CataloguedProfile profile, RowSet<Row> rows, PageRequest request) {
    List<Preview> previews = new ArrayList<>();
    String last = null;
    int lookedAt = 0;
    for (Row row : rows) {
      if (previews.size() == request.limit()) {
        break;
      }
      lookedAt++;
      last = row.getString("device_id");
      Preview preview = Preview.of(profile, report(row));
      if (preview.assigned()) {
        previews.add(preview);
      }
    }
    boolean more = lookedAt < rows.size() || rows.size() == MOST_LOOKED_AT;
    return new Page<>(previews, more && last != null ? Cursor.of(last).encode() : null);
  }

  private static DeviceCheckedIn report(Row row) {
    return ContractJson.read(
        row.getString("body").getBytes(StandardCharsets.UTF_8), DeviceCheckedIn.class);
  }
}
