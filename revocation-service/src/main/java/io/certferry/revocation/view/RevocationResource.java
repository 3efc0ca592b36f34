package io.certferry.revocation.view;

import io.certferry.edge.CorrelationId;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.certferry.messaging.Outbox;
import io.certferry.revocation.inventory.Serials;
import io.certferry.revocation.order.Revocation;
import io.certferry.revocation.order.RevocationState;
import io.certferry.revocation.policy.Trigger;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Revocations: what was ordered and how far it is, and orders by people. */
@Path("/api/v1/revocations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
class RevocationResource {

  private final CurrentTenant tenant;
  private final CorrelationId correlationId;
  private final RevocationQueries queries;
  private final OrderByHand orders;
  private final RetryRevocation retry;
  private final Outbox outbox;

  RevocationResource(
      CurrentTenant tenant,
      CorrelationId correlationId,
      RevocationQueries queries,
      OrderByHand orders,
      RetryRevocation retry,
      Outbox outbox) {
    this.tenant = tenant;
    this.correlationId = correlationId;
    this.queries = queries;
    this.orders = orders;
    this.retry = retry;
    this.outbox = outbox;
  }

  /** The revocations that an order made or found. */
  record Ordered(List<RevocationView> items) {}

  /** 202 when something new was ordered, 200 when all of it was ordered before. */
  @POST
  @RolesAllowed({"pki-admin", "operator"})
  public Uni<Response> order(@Nullable NewRevocation body) {
    if (body == null) {
      throw ProblemException.ruleBroken("", "required", "a body is needed");
    }
    return orders
        .order(tenant.id(), tenant.actor(), correlationId.value(), body)
        .invoke(outbox::nudge)
        .map(
            outcome ->
                Response.status(outcome.isNew() ? 202 : 200)
                    .entity(
                        new Ordered(
                            outcome.revocations().stream().map(RevocationView::of).toList()))
                    .build());
  }

  @GET
  @RolesAllowed({"pki-admin", "operator", "auditor"})
  public Uni<Page<RevocationView>> list(
      @RestQuery @Nullable String state,
      @RestQuery @Nullable String caId,
      @RestQuery @Nullable String deviceId,
      @RestQuery @Nullable String trigger,
      @RestQuery @Nullable UUID planId,
      @RestQuery @Nullable String serial,
      @RestQuery @Nullable Integer limit,
      @RestQuery @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    var filter =
        new RevocationQueries.Filter(state, caId, deviceId, trigger, planId, canonical(serial));
    check(filter, serial);
    return queries
        .list(tenant.id(), filter, page)
        .map(rows -> Page.of(page, rows, RevocationResource::cursorOf).map(RevocationView::of));
  }

  private static Cursor cursorOf(Revocation revocation) {
    return Cursor.of(revocation.orderedAt(), revocation.id());
  }

  private static @Nullable String canonical(@Nullable String serial) {
    return serial == null || Serials.flawOf(serial).isPresent() ? null : Serials.canonical(serial);
  }

  private static void check(RevocationQueries.Filter filter, @Nullable String serial) {
    FieldErrors errors = new FieldErrors();
    String state = filter.state();
    errors.require(
        state == null || RevocationState.find(state).isPresent(),
        "state",
        "unknown",
        "is no state");
    String trigger = filter.trigger();
    errors.require(
        trigger == null || Trigger.of(trigger).isPresent(), "trigger", "unknown", "is no trigger");
    if (serial != null) {
      Serials.flawOf(serial).ifPresent(f -> errors.add("serial", f.rule(), f.message()));
    }
    errors.throwIfAny();
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({"pki-admin", "operator", "auditor"})
  public Uni<RevocationView> get(@RestPath UUID id) {
    return queries
        .find(tenant.id(), id)
        .map(found -> found.map(RevocationView::of).orElseThrow(ProblemException::notFound));
  }

  /** Tries one that failed or waits again, now. */
  @POST
  @Path("/{id}/retry")
  @Consumes(MediaType.WILDCARD)
  @RolesAllowed({"pki-admin", "operator"})
  public Uni<RevocationView> retry(@RestPath UUID id) {
    String of = tenant.id();
    return queries
        .find(of, id)
        .map(found -> found.orElseThrow(ProblemException::notFound))
        .chain(found -> retry.retry(found, tenant.actor()))
        .invoke(outbox::nudge)
        .map(RevocationView::of);
  }
}
