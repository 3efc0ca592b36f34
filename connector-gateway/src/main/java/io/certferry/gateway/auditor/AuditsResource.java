package io.certferry.gateway.auditor;

import io.certferry.edge.CurrentTenant;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.Page;
import io.certferry.edge.ProblemException;
import io.certferry.gateway.ca.CaDirectory;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Audits of a CA: ask for one, and read what they found. */
@Path("/api/v1/cas/{caId}/audits")
@Blocking
public class AuditsResource {

  private static final int MOST = 100;
  private static final Duration LONGEST = Duration.ofDays(366);

  private final CaDirectory cas;
  private final Auditor auditor;
  private final AuditStore store;
  private final CurrentTenant tenant;

  AuditsResource(CaDirectory cas, Auditor auditor, AuditStore store, CurrentTenant tenant) {
    this.cas = cas;
    this.auditor = auditor;
    this.store = store;
    this.tenant = tenant;
  }

  /**
   * What to compare.
   *
   * @param from inclusive
   * @param until exclusive; without it up to now, less the time that an attempt may take
   */
  public record NewAudit(@Nullable Instant from, @Nullable Instant until) {}

  /**
   * An audit as clients see it.
   *
   * @param counts findings by kind, those of other tenants too; null in lists
   * @param findings the tenant's and those that are nobody's, at most 1000; null in lists
   */
  public record View(
      UUID id,
      String caId,
      String occasion,
      String requestedBy,
      Instant from,
      Instant until,
      String state,
      Instant reached,
      long listed,
      @Nullable String failure,
      @Nullable Instant finishedAt,
      @Nullable Map<String, Long> counts,
      @Nullable List<Item> findings) {}

  /** One finding. */
  public record Item(
      String kind, String issuer, String serial, @Nullable UUID requestId, String consequence) {}

  @POST
  @RolesAllowed({"pki-admin", "auditor"})
  @Operation(summary = "Compare what the CA lists with the ledger, now")
  public RestResponse<View> request(@PathParam("caId") String caId, @Nullable NewAudit body) {
    demandReachable(caId);
    if (!auditor.canAudit(caId)) {
      throw ProblemException.conflict(
          "this CA does not list what it issued, so nothing can be compared");
    }
    Instant newest = auditor.newest();
    Instant until = body == null || body.until() == null ? newest : body.until();
    Instant from = valid(body, until, newest);
    Audit audit = store.request(caId, from, until, tenant.id(), tenant.actor());
    auditor.nudge();
    return RestResponse.ResponseBuilder.<View>accepted(view(audit, null))
        .location(URI.create("/api/v1/cas/" + caId + "/audits/" + audit.id()))
        .build();
  }

  private static Instant valid(@Nullable NewAudit body, Instant until, Instant newest) {
    Instant from = body == null ? null : body.from();
    FieldErrors errors = new FieldErrors();
    errors.require(from != null, "/from", "required", "from when on to compare");
    errors.require(
        !until.isAfter(newest), "/until", "not-yet", "is at most " + newest + ": later is in work");
    errors.require(
        from == null || from.isBefore(until), "/from", "order", "must be before " + until);
    errors.require(
        from == null || !from.plus(LONGEST).isBefore(until),
        "/from",
        "span",
        "at most 366 days in one audit");
    errors.throwIfAny();
    return Objects.requireNonNull(from);
  }

  @GET
  @RolesAllowed({"pki-admin", "operator", "auditor"})
  @Operation(summary = "The newest audits of a CA; of clean scheduled ones the last")
  public Page<View> list(@PathParam("caId") String caId) {
    demandReachable(caId);
    return new Page<>(
        store.list(caId, MOST).stream().map(audit -> view(audit, null)).toList(), null);
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({"pki-admin", "operator", "auditor"})
  @Operation(summary = "One audit with what it found")
  public View get(@PathParam("caId") String caId, @PathParam("id") UUID id) {
    return store
        .find(caId, id, tenant.id())
        .map(report -> view(report.audit(), report))
        .orElseThrow(ProblemException::notFound);
  }

  private void demandReachable(String caId) {
    if (cas.find(caId).isEmpty()) {
      throw ProblemException.notFound();
    }
  }

  private static View view(Audit audit, Audit.@Nullable Report report) {
    return new View(
        audit.id(),
        audit.caId(),
        audit.occasion(),
        audit.requestedBy(),
        audit.from(),
        audit.until(),
        audit.state(),
        audit.reached(),
        audit.listed(),
        audit.failure(),
        audit.finishedAt(),
        report == null ? null : report.counts(),
        report == null ? null : report.findings().stream().map(AuditsResource::item).toList());
  }

  private static Item item(Audit.Line line) {
    return new Item(
        line.kind(), line.issuer(), line.serial(), line.requestId(), line.consequence());
  }
}
