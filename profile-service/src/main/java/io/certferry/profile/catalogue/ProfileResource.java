package io.certferry.profile.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.edge.CorrelationId;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.IdempotencyKeys;
import io.certferry.edge.IdempotentCall;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.certferry.edge.RecordedAnswer;
import io.certferry.messaging.Cause;
import io.certferry.profile.catalogue.ProfileStore.Change;
import io.certferry.profile.directory.CaDirectory;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Profiles by REST. */
@Path("/api/v1/profiles")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "profiles")
public class ProfileResource {

  private static final String PATH = "/api/v1/profiles";

  private final Mutiny.SessionFactory sessions;
  private final ProfileStore store;
  private final CatalogueChanges changes;
  private final CaDirectory directory;
  private final IdempotencyKeys idempotency;
  private final CurrentTenant tenant;
  private final CorrelationId correlationId;
  private final InstantSource clock;

  ProfileResource(
      Mutiny.SessionFactory sessions,
      ProfileStore store,
      CatalogueChanges changes,
      CaDirectory directory,
      IdempotencyKeys idempotency,
      CurrentTenant tenant,
      CorrelationId correlationId,
      InstantSource clock) {
    this.sessions = sessions;
    this.store = store;
    this.changes = changes;
    this.directory = directory;
    this.idempotency = idempotency;
    this.tenant = tenant;
    this.correlationId = correlationId;
    this.clock = clock;
  }

  @POST
  @RolesAllowed("profile-admin")
  @Operation(summary = "Create a profile")
  @APIResponse(responseCode = "201", description = "Created")
  @APIResponse(responseCode = "422", description = "A rule is broken; every broken rule is named")
  public Uni<Response> create(
      @Nullable JsonNode body, @HeaderParam(IdempotentCall.HEADER) @Nullable String key) {
    Change change = change();
    Optional<IdempotentCall> call =
        body == null
            ? Optional.empty()
            : IdempotentCall.of(change.tenant(), key, "POST " + PATH, body);
    return checked(body)
        .chain(
            settings ->
                sessions.withTransaction(
                    session ->
                        idempotency.once(
                            session,
                            call,
                            () -> store.create(session, settings, change).map(this::created))))
        .invoke(changes::nudge)
        .map(RecordedAnswer::toResponse);
  }

  private RecordedAnswer created(Profile profile) {
    return RecordedAnswer.created(PATH + "/" + profile.id(), profile.toJson());
  }

  @GET
  @RolesAllowed({"profile-admin", "auditor", "operator"})
  @Operation(summary = "List profiles")
  public Uni<Page<ObjectNode>> list(
      @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    String of = tenant.id();
    return sessions
        .withSession(session -> store.list(session, of, page))
        .map(rows -> Page.of(page, rows, p -> Cursor.of(p.id())).map(Profile::toJson));
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({"profile-admin", "auditor", "operator"})
  @Operation(summary = "One profile")
  public Uni<Response> get(UUID id) {
    String of = tenant.id();
    return sessions.withSession(session -> store.get(session, of, id)).map(ProfileResource::shown);
  }

  @PUT
  @Path("/{id}")
  @RolesAllowed("profile-admin")
  @Operation(summary = "Replace a profile by its next version")
  @APIResponse(responseCode = "200", description = "The next version")
  @APIResponse(
      responseCode = "409",
      description = "The body names another version than the present one")
  @APIResponse(
      responseCode = "412",
      description = "If-Match names another version than the present one")
  public Uni<Response> replace(
      UUID id, @Nullable JsonNode body, @HeaderParam("If-Match") @Nullable String ifMatch) {
    Change change = change();
    return sessions
        .withSession(session -> store.get(session, change.tenant(), id))
        .chain(() -> checked(body))
        .chain(
            settings ->
                sessions.withTransaction(
                    session ->
                        store
                            .lock(session, change.tenant(), id)
                            .invoke(
                                found ->
                                    requireEditable(found.toProfile(), settings, body, ifMatch))
                            .chain(found -> store.edit(session, found, settings, change))))
        .invoke(changes::nudge)
        .map(ProfileResource::shown);
  }

  @DELETE
  @Path("/{id}")
  @RolesAllowed("profile-admin")
  @Operation(summary = "Delete a profile; its history stays")
  @APIResponse(responseCode = "204", description = "Deleted")
  public Uni<Void> delete(UUID id, @HeaderParam("If-Match") @Nullable String ifMatch) {
    Change change = change();
    return sessions
        .withTransaction(
            session ->
                store
                    .lock(session, change.tenant(), id)
                    .invoke(found -> requireMatch(found.toProfile(), ifMatch))
                    .chain(found -> store.delete(session, found, change)))
        .invoke(changes::nudge)
        .replaceWithVoid();
  }

  @GET
  @Path("/{id}/versions")
  @RolesAllowed({"profile-admin", "auditor", "operator"})
  @Operation(summary = "The history of a profile, newest first")
  public Uni<Page<ObjectNode>> versions(
      UUID id,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("cursor") @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    String of = tenant.id();
    return sessions
        .withSession(session -> store.versions(session, of, id, page))
        .invoke(
            found -> {
              if (found.isEmpty() && page.after().isEmpty()) {
                throw ProblemException.notFound();
              }
            })
        .map(rows -> Page.of(page, rows, v -> Cursor.of(v.version())).map(ProfileVersion::toJson));
  }

  @GET
  @Path("/{id}/versions/{version}")
  @RolesAllowed({"profile-admin", "auditor", "operator"})
  @Operation(summary = "One version of a profile")
  public Uni<ObjectNode> version(UUID id, int version) {
    String of = tenant.id();
    return sessions
        .withSession(session -> store.version(session, of, id, version))
        .map(ProfileVersion::toJson);
  }

  private Uni<ProfileSettings> checked(@Nullable JsonNode body) {
    return directory
        .of(tenant.id())
        .map(
            cas -> {
              FieldErrors errors = new FieldErrors();
              Optional<ProfileSettings> settings =
                  ProfileBody.read(body, cas, clock.instant(), errors);
              errors.throwIfAny();
              return settings.orElseThrow();
            });
  }

  private static void requireEditable(
      Profile present, ProfileSettings edited, @Nullable JsonNode body, @Nullable String ifMatch) {
    requireMatch(present, ifMatch);
    JsonNode version = body == null ? null : body.get("version");
    if (version != null && version.isNumber() && version.asInt() != present.version()) {
      throw ProblemException.conflict(
          "the present version is " + present.version() + ", not " + version.asInt());
    }
    FieldErrors errors = new FieldErrors();
    errors.require(
        edited.kind() == present.settings().kind(), "/kind", "immutable", "cannot be changed");
    if (edited instanceof ProfileSettings.Pkcs pkcs
        && present.settings() instanceof ProfileSettings.Pkcs before) {
      errors.require(
          pkcs.certificateType() == before.certificateType(),
          "/certificateType",
          "immutable",
          "cannot be changed");
    }
    errors.throwIfAny();
  }

  private static void requireMatch(Profile present, @Nullable String ifMatch) {
    if (ifMatch != null && !ifMatch.equals("*") && !ifMatch.equals(etag(present))) {
      throw ProblemException.preconditionFailed();
    }
  }

  private static String etag(Profile profile) {
    return "\"" + profile.version() + "\"";
  }

  private static Response shown(Profile profile) {
    return Response.ok(profile.toJson()).header("ETag", etag(profile)).build();
  }

  private Change change() {
    return new Change(tenant.id(), tenant.actor(), Cause.withCorrelationId(correlationId.value()));
  }
}
