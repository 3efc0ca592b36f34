package io.certferry.revocation.plan;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.AuditEntry;
import io.certferry.messaging.AuditTrail;
import io.certferry.messaging.EventIds;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Mass revocations: drawn up, shown, confirmed, carried out, reported. */
@Path("/api/v1/revocations/plans")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Singleton
class PlanResource {

  private static final int TOKEN_BYTES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final CurrentTenant tenant;
  private final Pool pool;
  private final PlanStore store;
  private final PlanExecution execution;
  private final AuditTrail audit;
  private final PlanConfig config;
  private final InstantSource clock;

  PlanResource(
      CurrentTenant tenant,
      Pool pool,
      PlanStore store,
      PlanExecution execution,
      AuditTrail audit,
      PlanConfig config,
      InstantSource clock) {
    this.tenant = tenant;
    this.pool = pool;
    this.store = store;
    this.execution = execution;
    this.audit = audit;
    this.config = config;
    this.clock = clock;
  }

  /**
   * A plan as the API shows it.
   *
   * @param count certificates that it selected
   * @param everything whether these are all live certificates; the confirmation must say so
   * @param confirmation to be given back; only while it is a draft
   * @param states how many certificates are in which state
   */
  record PlanView(
      UUID id,
      String state,
      @JsonRawValue String query,
      int count,
      boolean everything,
      String trigger,
      @Nullable String reason,
      @Nullable String comment,
      double perSecond,
      @Nullable String confirmation,
      List<PlanStore.Item> sample,
      Map<String, Long> states,
      String createdBy,
      Instant createdAt,
      Instant expiresAt,
      @Nullable String confirmedBy,
      @Nullable Instant confirmedAt,
      @Nullable Instant endedAt) {}

  /** What a person confirms: that these many certificates are meant. */
  record Confirmation(
      @Nullable Integer count, @Nullable String confirmation, @Nullable Boolean everything) {}

  @POST
  @RolesAllowed("pki-admin")
  public Uni<Response> draw(@Nullable NewPlan body) {
    if (body == null) {
      throw ProblemException.ruleBroken("", "required", "a body is needed");
    }
    body.check(config.mostPerSecond()).throwIfAny();
    NewPlan.Query query = body.query();
    if (query == null) {
      throw ProblemException.ruleBroken("/query", "required", "is needed");
    }
    Plan plan = plan(body);
    return pool.withTransaction(
            tx -> store.draft(tx, plan, query).chain(() -> record(tx, plan, "drawn-up")))
        .chain(() -> view(plan.id()))
        .map(
            view ->
                Response.created(URI.create("/api/v1/revocations/plans/" + plan.id()))
                    .entity(view)
                    .build());
  }

  private Plan plan(NewPlan body) {
    byte[] token = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(token);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Double pace = body.perSecond();
    return new Plan(
        EventIds.next(),
        tenant.id(),
        "draft",
        "",
        Boolean.TRUE.equals(body.everything()),
        body.triggerOrMass(),
        body.reason(),
        body.comment(),
        0,
        HexFormat.of().formatHex(token),
        pace == null ? config.perSecond() : pace,
        tenant.actor(),
        now,
        now.plus(config.draftValidity()),
        null,
        null,
        null,
        1);
  }

  @GET
  @RolesAllowed({"pki-admin", "operator", "auditor"})
  public Uni<Page<PlanSummary>> list(
      @RestQuery @Nullable Integer limit, @RestQuery @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    return store
        .list(tenant.id(), page)
        .map(
            rows ->
                Page.of(page, rows, plan -> Cursor.of(plan.createdAt(), plan.id()))
                    .map(PlanSummary::of));
  }

  /** A plan in a list. */
  record PlanSummary(
      UUID id, String state, int count, String trigger, String createdBy, Instant createdAt) {
    static PlanSummary of(Plan plan) {
      return new PlanSummary(
          plan.id(),
          plan.state(),
          plan.count(),
          plan.trigger(),
          plan.createdBy(),
          plan.createdAt());
    }
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({"pki-admin", "operator", "auditor"})
  public Uni<PlanView> get(@RestPath UUID id) {
    return view(id);
  }

  private Uni<PlanView> view(UUID id) {
    return store
        .find(tenant.id(), id)
        .map(found -> found.orElseThrow(ProblemException::notFound))
        .chain(
            plan ->
                Uni.combine()
                    .all()
                    .unis(store.sample(id, config.sampleSize()), store.counts(id))
                    .with((sample, states) -> view(plan, sample, states)));
  }

  private static PlanView view(Plan plan, List<PlanStore.Item> sample, Map<String, Long> states) {
    return new PlanView(
        plan.id(),
        plan.state(),
        plan.query(),
        plan.count(),
        plan.everything(),
        plan.trigger(),
        plan.reason(),
        plan.comment(),
        plan.perSecond(),
        plan.state().equals("draft") ? plan.confirmation() : null,
        sample,
        states,
        plan.createdBy(),
        plan.createdAt(),
        plan.expiresAt(),
        plan.confirmedBy(),
        plan.confirmedAt(),
        plan.endedAt());
  }

  @POST
  @Path("/{id}/confirm")
  @RolesAllowed("pki-admin")
  public Uni<PlanView> confirm(@RestPath UUID id, @Nullable Confirmation body) {
    return store
        .find(tenant.id(), id)
        .map(found -> found.orElseThrow(ProblemException::notFound))
        .invoke(plan -> check(plan, body))
        .chain(plan -> move(plan, List.of("draft"), "running", tenant.actor(), "confirmed"))
        .invoke(execution::nudge)
        .chain(() -> view(id));
  }

  private void check(Plan plan, @Nullable Confirmation body) {
    FieldErrors errors = new FieldErrors();
    Confirmation given = body == null ? new Confirmation(null, null, null) : body;
    errors.require(
        given.count() != null && given.count() == plan.count(),
        "/count",
        "confirmation-count",
        "must be the number of certificates that the plan selected");
    errors.require(
        plan.confirmation().equals(given.confirmation()),
        "/confirmation",
        "confirmation-wrong",
        "must be the value that the plan shows");
    errors.require(
        !plan.everything() || Boolean.TRUE.equals(given.everything()),
        "/everything",
        "confirmation-everything",
        "these are all live certificates; confirm with everything: true");
    errors.throwIfAny();
    if (plan.state().equals("draft") && plan.expiresAt().isBefore(clock.instant())) {
      throw ProblemException.conflict("the plan is too old to be confirmed; draw up a new one");
    }
  }

  @POST
  @Path("/{id}/pause")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed({"pki-admin", "operator"})
  public Uni<PlanView> pause(@RestPath UUID id) {
    return change(id, List.of("running"), "paused", "paused");
  }

  @POST
  @Path("/{id}/resume")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed("pki-admin")
  public Uni<PlanView> resume(@RestPath UUID id) {
    return change(id, List.of("paused"), "running", "resumed").invoke(execution::nudge);
  }

  /** Nothing more is ordered; what was ordered before is carried out to its end. */
  @POST
  @Path("/{id}/abort")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed({"pki-admin", "operator"})
  public Uni<PlanView> abort(@RestPath UUID id) {
    return change(id, List.of("draft", "running", "paused"), "aborted", "aborted");
  }

  private Uni<PlanView> change(UUID id, List<String> from, String to, String action) {
    return store
        .find(tenant.id(), id)
        .map(found -> found.orElseThrow(ProblemException::notFound))
        .chain(plan -> move(plan, from, to, null, action))
        .chain(() -> view(id));
  }

  private Uni<Void> move(
      Plan plan, List<String> from, String to, @Nullable String confirmedBy, String action) {
    return pool.withTransaction(
        tx ->
            store
                .move(tx, plan.id(), from, to, confirmedBy)
                .invoke(
                    moved -> {
                      if (!moved) {
                        throw ProblemException.conflict("the plan is " + plan.state());
                      }
                    })
                .chain(() -> record(tx, plan, action)));
  }

  private Uni<Void> record(SqlConnection tx, Plan plan, String action) {
    return audit.append(
        tx,
        List.of(
            new AuditEntry(
                plan.tenant(),
                "revocation-plan." + action,
                tenant.actor(),
                "revocation-plan/" + plan.id(),
                Map.of(
                    "trigger",
                    plan.trigger(),
                    "count",
                    Integer.toString(plan.count()),
                    "everything",
                    Boolean.toString(plan.everything())))));
  }

  /** Every serial with its evidence. */
  @GET
  @Path("/{id}/report")
  @RolesAllowed({"pki-admin", "operator", "auditor"})
  public Uni<Page<PlanStore.Item>> report(
      @RestPath UUID id, @RestQuery @Nullable Integer limit, @RestQuery @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    return store
        .find(tenant.id(), id)
        .map(found -> found.orElseThrow(ProblemException::notFound))
        .chain(plan -> store.report(plan.id(), page))
        .map(rows -> Page.of(page, rows, item -> Cursor.of(item.position())));
  }
}
