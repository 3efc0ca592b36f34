package io.certferry.issuance.request;

import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Where a request is, and why. */
@Path("/api/v1/requests")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "requests")
public class RequestResource {

  private static final String STUCK =
      """
      from RequestEntity r
      where r.tenant = :tenant and r.deadline < :now
        and r.state in ('ACCEPTED', 'KEYED', 'SUBMITTING', 'PENDING_AT_CA', 'UNKNOWN_AT_CA', 'ISSUED', 'OFFERED')
        and (r.stateSince > :since or (r.stateSince = :since and r.requestId > :id))
      order by r.stateSince, r.requestId
      """;

  private static final UUID LOWEST = new UUID(0, 0);

  private final Mutiny.SessionFactory sessions;
  private final CurrentTenant tenant;
  private final InstantSource clock;

  RequestResource(Mutiny.SessionFactory sessions, CurrentTenant tenant, InstantSource clock) {
    this.sessions = sessions;
    this.tenant = tenant;
    this.clock = clock;
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({"operator", "auditor", "mdm"})
  @Operation(summary = "State, times and certificate facts of one request")
  public Uni<RequestView> get(@PathParam("id") String id) {
    String owner = tenant.id();
    return sessions
        .withSession(session -> find(session, owner, uuid(id)))
        .onItem()
        .ifNull()
        .failWith(ProblemException::notFound);
  }

  @GET
  @RolesAllowed({"operator", "auditor"})
  @Operation(summary = "Requests that are past the deadline of their state, the oldest first")
  public Uni<Page<RequestView>> stuck(@RestQuery Integer limit, @RestQuery String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    String owner = tenant.id();
    Instant since = page.after().map(after -> after.instant(0)).orElse(Instant.EPOCH);
    UUID id = page.after().map(after -> after.uuid(1)).orElse(LOWEST);
    return sessions
        .withSession(
            session ->
                session
                    .createSelectionQuery(STUCK, RequestEntity.class)
                    .setParameter("tenant", owner)
                    .setParameter("now", clock.instant())
                    .setParameter("since", since)
                    .setParameter("id", id)
                    .setMaxResults(page.fetch())
                    .getResultList())
        .map(rows -> page(page, rows));
  }

  private Page<RequestView> page(PageRequest request, List<RequestEntity> rows) {
    Instant now = clock.instant();
    return Page.of(request, rows, row -> Cursor.of(row.stateSince, row.requestId))
        .map(row -> RequestView.of(row, null, now));
  }

  private Uni<@Nullable RequestView> find(Mutiny.Session session, String owner, @Nullable UUID id) {
    if (id == null) {
      return Uni.createFrom().nullItem();
    }
    return session
        .find(RequestEntity.class, id)
        .flatMap(
            request ->
                request == null || !request.tenant.equals(owner)
                    ? Uni.createFrom().nullItem()
                    : session
                        .find(CertificateEntity.class, id)
                        .map(found -> RequestView.of(request, found, clock.instant())));
  }

  /** What is no UUID names nothing. */
  private static @Nullable UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
