package io.certferry.issuance.delivery;

import io.certferry.contracts.Keys;
import io.certferry.edge.CorrelationId;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.Cause;
import io.certferry.packaging.Form;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Packages for the device-management system. */
@Path("/api/v1/packages")
@Tag(name = "packages")
public class PackageResource {

  /** Roots come before the packages that need them. */
  private static final String OFFERED =
      """
      from PackageEntity p
      where p.tenant = :tenant and p.deviceId = :device and p.state in ('OFFERED', 'FAILED', 'INSTALLED')
        and (case when p.kind = 'trusted-root' then 0 else 1 end > :rank
          or (case when p.kind = 'trusted-root' then 0 else 1 end = :rank
            and (p.createdAt > :created or (p.createdAt = :created and p.packageId > :id))))
      order by case when p.kind = 'trusted-root' then 0 else 1 end, p.createdAt, p.packageId
      """;

  private static final UUID LOWEST = new UUID(0, 0);

  private final Mutiny.SessionFactory sessions;
  private final PackageFetch fetch;
  private final StatusReports reports;
  private final CurrentTenant tenant;
  private final CorrelationId correlation;

  PackageResource(
      Mutiny.SessionFactory sessions,
      PackageFetch fetch,
      StatusReports reports,
      CurrentTenant tenant,
      CorrelationId correlation) {
    this.sessions = sessions;
    this.fetch = fetch;
    this.reports = reports;
    this.tenant = tenant;
    this.correlation = correlation;
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @RolesAllowed("mdm")
  @Operation(summary = "What a device can fetch: trusted roots first, then the oldest first")
  public Uni<Page<PackageView>> list(
      @RestQuery String deviceId, @RestQuery Integer limit, @RestQuery String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    String device = checkedDevice(deviceId);
    String owner = tenant.id();
    int rank = page.after().map(after -> (int) after.number(0)).orElse(-1);
    return sessions
        .withSession(
            session ->
                session
                    .createSelectionQuery(OFFERED, PackageEntity.class)
                    .setParameter("tenant", owner)
                    .setParameter("device", device)
                    .setParameter("rank", rank)
                    .setParameter(
                        "created",
                        page.after().map(after -> after.instant(1)).orElse(java.time.Instant.EPOCH))
                    .setParameter("id", page.after().map(after -> after.uuid(2)).orElse(LOWEST))
                    .setMaxResults(page.fetch())
                    .getResultList())
        .map(rows -> page(page, rows));
  }

  @GET
  @Path("/{id}")
  @RolesAllowed("mdm")
  @Operation(summary = "The bytes of a package in one of its forms")
  @APIResponse(
      responseCode = "200",
      content = {
        @Content(mediaType = "application/pkcs7-mime; smime-type=authEnveloped-data"),
        @Content(mediaType = "application/x-apple-aspen-config"),
        @Content(mediaType = "application/vnd.syncml.dm+xml"),
        @Content(mediaType = "application/json")
      })
  @APIResponse(responseCode = "404", description = "No such package of this tenant")
  @APIResponse(responseCode = "406", description = "The package has no such form")
  @APIResponse(responseCode = "410", description = "Withdrawn or destroyed")
  public Uni<Response> get(
      @PathParam("id") String id,
      @RestQuery String form,
      @RestHeader(HttpHeaders.IF_NONE_MATCH) String ifNoneMatch) {
    String wanted = form == null ? Form.CMS.id() : form;
    return fetch
        .fetch(tenant.id(), tenant.actor(), packageId(id), wanted, ifNoneMatch)
        .map(PackageResource::response);
  }

  @POST
  @Path("/{id}/ack")
  @Consumes(MediaType.APPLICATION_JSON)
  @RolesAllowed("mdm")
  @Operation(summary = "What became of a package on its device; installed beats failed")
  @APIResponse(responseCode = "204", description = "Recorded, or known already")
  public Uni<Response> acknowledge(@PathParam("id") String id, @Nullable Acknowledgement body) {
    if (body == null) {
      throw ProblemException.ruleBroken("/outcome", "required", "must be installed or failed");
    }
    StatusReports.Report report =
        new StatusReports.Report(
            tenant.id(),
            packageId(id),
            null,
            body.checked(),
            body.detail(),
            body.occurredAt(),
            tenant.actor(),
            Cause.withCorrelationId(correlation.value()));
    return reports
        .acknowledge(report)
        .map(
            known -> {
              if (!known) {
                throw ProblemException.notFound();
              }
              return Response.noContent().build();
            });
  }

  private static Response response(PackageFetch.Fetched fetched) {
    Response.ResponseBuilder response =
        fetched.content() == null ? Response.notModified() : Response.ok(fetched.content());
    return response
        .header(HttpHeaders.ETAG, '"' + fetched.sha256() + '"')
        .header(HttpHeaders.CONTENT_TYPE, fetched.form().contentType())
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .header("X-Content-Type-Options", "nosniff")
        .build();
  }

  private static Page<PackageView> page(PageRequest request, List<PackageEntity> rows) {
    return Page.of(
            request,
            rows,
            row -> Cursor.of(row.kind.equals("trusted-root") ? 0 : 1, row.createdAt, row.packageId))
        .map(PackageView::of);
  }

  private static String checkedDevice(@Nullable String deviceId) {
    FieldErrors errors = new FieldErrors();
    if (deviceId == null || deviceId.isEmpty()) {
      errors.add("deviceId", "required", "must name a device");
    } else {
      errors.require(
          Keys.DEVICE_ID.matcher(deviceId).matches(),
          "deviceId",
          "pattern",
          "must match [A-Za-z0-9._-]{1,128}");
    }
    errors.throwIfAny();
    return String.valueOf(deviceId);
  }

  /** What is no UUID names nothing. */
  private static UUID packageId(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.notFound();
    }
  }
}
