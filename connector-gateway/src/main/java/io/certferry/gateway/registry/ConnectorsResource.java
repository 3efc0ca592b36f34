package io.certferry.gateway.registry;

import io.certferry.contracts.event.ConnectorReported;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The tenant's connectors. */
@Path("/api/v1/connectors")
public class ConnectorsResource {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Set<String> ROLES = Set.of("issue", "revoke");

  private final ConnectorStore store;
  private final CurrentTenant tenant;
  private final InstantSource clock;

  ConnectorsResource(ConnectorStore store, CurrentTenant tenant, InstantSource clock) {
    this.store = store;
    this.tenant = tenant;
    this.clock = clock;
  }

  /**
   * A connector as clients see it.
   *
   * @param state active, inactive or retired
   */
  public record View(
      String id,
      String state,
      String version,
      List<String> roles,
      List<String> cas,
      boolean fips,
      List<String> tlsVersions,
      @Nullable String lastError,
      Instant registeredAt,
      Instant lastHeartbeatAt) {

    static View of(Connector connector) {
      ConnectorRuntime runtime = connector.runtime();
      return new View(
          connector.connectorId(),
          connector.state().text(),
          connector.version(),
          connector.roles(),
          connector.cas(),
          runtime.fips(),
          runtime.tlsVersions(),
          runtime.lastError(),
          connector.registeredAt(),
          connector.lastHeartbeatAt());
    }
  }

  /** A connector to expect. */
  public record NewConnector(@Nullable String id, @Nullable List<String> roles) {}

  @GET
  @RolesAllowed({"pki-admin", "operator", "auditor", "profile-admin"})
  @Operation(summary = "The tenant's connectors by id")
  public Uni<Page<View>> list(
      @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    String after = page.after().map(c -> c.text(0)).orElse(null);
    return store
        .list(tenant.id(), after, page.fetch())
        .map(rows -> Page.of(page, rows, row -> Cursor.of(row.connectorId())).map(View::of));
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({"pki-admin", "operator", "auditor", "profile-admin"})
  @Operation(summary = "One connector")
  public Uni<View> get(@PathParam("id") String id) {
    return store
        .find(tenant.id(), id)
        .onItem()
        .ifNull()
        .failWith(ProblemException::notFound)
        .map(View::of);
  }

  @POST
  @RolesAllowed("pki-admin")
  @Operation(
      summary =
          "Register a connector ahead of its first report; 409 when the tenant has 100 active ones")
  public Uni<RestResponse<View>> register(NewConnector body) {
    String id = valid(body);
    List<String> roles = body.roles() == null ? List.copyOf(ROLES) : body.roles();
    ConnectorReported content =
        new ConnectorReported(
            id, Connector.State.ACTIVE.text(), "", roles, List.of(), clock.instant());
    var report =
        new ConnectorStore.Report(
            tenant.id(), null, false, content, ConnectorRuntime.UNKNOWN, tenant.actor());
    return store
        .find(tenant.id(), id)
        .onItem()
        .ifNotNull()
        .failWith(() -> ProblemException.conflict("a connector of this id is registered already"))
        .chain(() -> store.report(report))
        .chain(outcome -> registered(id, outcome));
  }

  private Uni<RestResponse<View>> registered(String id, Registration outcome) {
    if (outcome instanceof Registration.Refused refused) {
      throw ProblemException.conflict(refused.message());
    }
    return get(id)
        .map(
            view ->
                RestResponse.ResponseBuilder.<View>created(URI.create("/api/v1/connectors/" + id))
                    .entity(view)
                    .build());
  }

  @DELETE
  @Path("/{id}")
  @RolesAllowed("pki-admin")
  @Operation(summary = "Retire a connector for good")
  public Uni<Void> retire(@PathParam("id") String id) {
    return store
        .retire(tenant.id(), id, tenant.actor())
        .invoke(
            found -> {
              if (!found) {
                throw ProblemException.notFound();
              }
            })
        .replaceWithVoid();
  }

  private static String valid(@Nullable NewConnector body) {
    FieldErrors errors = new FieldErrors();
    String id = body == null ? null : body.id();
    errors.require(
        id != null && ID.matcher(id).matches(), "/id", "pattern", "must match " + ID.pattern());
    errors.require(
        body == null || body.roles() == null || ROLES.containsAll(body.roles()),
        "/roles",
        "values",
        "are of issue, revoke");
    errors.throwIfAny();
    return id == null ? "" : id;
  }
}
