package io.certferry.revocation.view;

import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.revocation.policy.Action;
import io.certferry.revocation.policy.Decision;
import io.certferry.revocation.policy.Priority;
import io.certferry.revocation.policy.ProfileKind;
import io.certferry.revocation.policy.ProfileRules;
import io.certferry.revocation.policy.RevocationTable;
import io.certferry.revocation.policy.Trigger;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What is open, what failed, how old the CAs' lists are, and what the table says. */
@Path("/api/v1/revocations/views")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({"pki-admin", "operator", "auditor"})
class ViewResource {

  private final CurrentTenant tenant;
  private final StateQueries states;
  private final RevocationQueries queries;
  private final InstantSource clock;

  ViewResource(
      CurrentTenant tenant, StateQueries states, RevocationQueries queries, InstantSource clock) {
    this.tenant = tenant;
    this.states = states;
    this.queries = queries;
    this.clock = clock;
  }

  /** Open revocations by CA, state and queue. */
  record OpenView(
      String caId,
      String state,
      String priority,
      long count,
      Instant oldestOrderedAt,
      long oldestAgeSeconds) {}

  /** All of it in one answer. */
  record Summary(
      List<OpenView> open,
      @Nullable Instant oldestPendingOrderedAt,
      List<StateQueries.Failures> failures,
      List<StateQueries.Rate> rates,
      StateQueries.UnrevokedCount unrevokedAfterUnenrolment) {}

  @GET
  @Path("/summary")
  public Uni<Summary> summary() {
    String of = tenant.id();
    Instant now = clock.instant();
    return Uni.combine()
        .all()
        .unis(states.open(of), states.failures(of), states.rates(of), states.unrevoked(of))
        .with(
            (open, failures, rates, unrevoked) ->
                new Summary(
                    open.stream().map(row -> view(row, now)).toList(),
                    open.stream()
                        .map(StateQueries.Open::oldestOrderedAt)
                        .min(Instant::compareTo)
                        .orElse(null),
                    failures,
                    rates,
                    unrevoked));
  }

  private static OpenView view(StateQueries.Open row, Instant now) {
    return new OpenView(
        row.caId(),
        row.state(),
        Priority.ofNumber(row.priority()).code(),
        row.count(),
        row.oldestOrderedAt(),
        Math.max(0, Duration.between(row.oldestOrderedAt(), now).toSeconds()));
  }

  /** Certificates that should be revoked and are not shown as such by their CA. */
  @GET
  @Path("/unrevoked")
  public Uni<Page<RevocationQueries.Unrevoked>> unrevoked(
      @RestQuery @Nullable Integer limit, @RestQuery @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    return queries
        .unrevoked(tenant.id(), page)
        .map(rows -> Page.of(page, rows, row -> Cursor.of(row.endedAt(), row.serial())));
  }

  /** How fresh each CA's list is, and why one is not trusted. */
  record Lists(List<StateQueries.CaList> items) {}

  @GET
  @Path("/lists")
  public Uni<Lists> lists() {
    return states.lists().map(Lists::new);
  }

  /** The directory that is watched for this tenant, if any. */
  record Directories(List<StateQueries.Directory> items) {}

  @GET
  @Path("/directory")
  public Uni<Directories> directory() {
    return states.directories(tenant.id()).map(Directories::new);
  }

  /** One cell of the table. */
  record Cell(
      String trigger,
      String platform,
      String kind,
      String action,
      @Nullable String reason,
      boolean removeFromDevice,
      String when,
      String priority) {}

  /** The table without the profiles' own rules. */
  record Table(List<Cell> cells) {}

  @GET
  @Path("/table")
  public Table table() {
    List<Cell> cells = new ArrayList<>();
    List<String> platforms = new ArrayList<>(RevocationTable.PLATFORMS);
    platforms.add(RevocationTable.OTHER);
    for (ProfileKind kind : ProfileKind.values()) {
      for (Trigger trigger : Trigger.values()) {
        platforms.forEach(platform -> cells.add(cell(trigger, platform, kind)));
      }
    }
    return new Table(cells);
  }

  private static Cell cell(Trigger trigger, String platform, ProfileKind kind) {
    Decision decision = RevocationTable.decide(trigger, platform, kind, ProfileRules.NONE);
    return new Cell(
        trigger.code(),
        platform,
        kind.code(),
        decision.action().code(),
        decision.action() == Action.REVOKE ? decision.reason().code() : null,
        decision.removeFromDevice(),
        decision.timing().code(),
        decision.priority().code());
  }
}
