package io.certferry.pfximport.imported;

import io.certferry.edge.CorrelationId;
import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
import io.certferry.pfximport.importkey.ImportKeyRing;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Imports in the native form: sealed by the importer, listed with their state and history. */
@Path("/api/v1/imports")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class ImportResource {

  private static final UUID FIRST = new UUID(0, 0);

  private final Imports imports;
  private final Expiry expiry;
  private final SealedUpload upload;
  private final ImportKeyRing keys;
  private final CurrentTenant tenant;
  private final CorrelationId correlationId;

  ImportResource(
      Imports imports,
      Expiry expiry,
      SealedUpload upload,
      ImportKeyRing keys,
      CurrentTenant tenant,
      CorrelationId correlationId) {
    this.imports = imports;
    this.expiry = expiry;
    this.upload = upload;
    this.keys = keys;
    this.tenant = tenant;
    this.correlationId = correlationId;
  }

  /**
   * 201 for a new one, 200 for the same file once more, 409 for another file of the certificate.
   */
  @POST
  @RolesAllowed("profile-admin")
  public Response create(@Nullable NativeImport wanted) {
    if (wanted == null) {
      throw ProblemException.ruleBroken("", "required", "a body is needed");
    }
    NewImport checked = wanted.checked(tenant.id(), sha256 -> keys.bySha256(tenant.id(), sha256));
    upload.verify(checked);
    Optional<ImportedPfx> made = imports.record(checked, tenant.actor(), correlationId.value());
    return made.map(ImportResource::created).orElseGet(() -> again(checked, wanted.replace()));
  }

  private static Response created(ImportedPfx pfx) {
    return Response.created(URI.create("/api/v1/imports/" + pfx.importId()))
        .entity(ImportView.of(pfx, null))
        .build();
  }

  private Response again(NewImport checked, boolean replace) {
    ImportedPfx there =
        imports
            .find(tenant.id(), checked.userId(), checked.thumbprint(), tenant.actor())
            .orElseThrow(() -> ProblemException.conflict("it was deleted meanwhile: try again"));
    boolean same =
        checked.pfxSha256().equals(there.pfxSha256())
            && checked.purpose() == there.purpose()
            && there.state() == ImportedPfx.State.AVAILABLE;
    if (same) {
      return Response.ok(ImportView.of(there, null)).build();
    }
    if (!replace) {
      throw ProblemException.conflict(
          "the user has this certificate already, with another file or purpose");
    }
    ImportedPfx replaced = imports.replace(there, checked, tenant.actor(), correlationId.value());
    return Response.ok(ImportView.of(replaced, null)).build();
  }

  @GET
  @RolesAllowed({"profile-admin", "operator", "auditor"})
  public Page<ImportView> list(
      @QueryParam("userPrincipalName") @Nullable String user,
      @QueryParam("thumbprint") @Nullable String thumbprint,
      @QueryParam("purpose") @Nullable String purpose,
      @QueryParam("state") @Nullable String state,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("cursor") @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    UUID after = page.after().map(at -> at.uuid(0)).orElse(FIRST);
    ImportQuery query = new ImportQuery(user, thumbprint, purpose, state);
    return Page.of(
            page,
            imports.page(tenant.id(), query, after, page.fetch(), tenant.actor()),
            pfx -> Cursor.of(pfx.importId()))
        .map(pfx -> ImportView.of(pfx, expiry.isCurrent(pfx)));
  }

  /** Those that end within a time and have no successor of their user and purpose. */
  @GET
  @Path("/expiring")
  @RolesAllowed({"profile-admin", "operator", "auditor"})
  public Page<ImportView> expiring(
      @QueryParam("within") @Nullable String within,
      @QueryParam("limit") @Nullable Integer limit,
      @QueryParam("cursor") @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    return Page.of(
            page,
            expiry.withoutSuccessor(tenant.id(), Expiry.within(within), page),
            pfx -> Cursor.of(pfx.notAfter(), pfx.importId()))
        .map(pfx -> ImportView.of(pfx, true));
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({"profile-admin", "operator", "auditor"})
  public ImportView show(@PathParam("id") UUID id) {
    return imports
        .find(tenant.id(), id, tenant.actor())
        .map(pfx -> ImportView.of(pfx, expiry.isCurrent(pfx)))
        .orElseThrow(ProblemException::notFound);
  }

  @DELETE
  @Path("/{id}")
  @RolesAllowed("profile-admin")
  public void delete(@PathParam("id") UUID id) {
    ImportedPfx pfx =
        imports
            .find(tenant.id(), id, tenant.actor())
            .filter(found -> found.state() != ImportedPfx.State.DELETED)
            .orElseThrow(ProblemException::notFound);
    imports.delete(pfx, tenant.actor(), correlationId.value());
  }

  /** Emits the recorded state of every import again, for a topic that was lost. */
  @POST
  @Path("/republish")
  @RolesAllowed("operator")
  public Response republish() {
    int events = imports.republish(tenant.id(), tenant.actor(), correlationId.value());
    return Response.accepted(new Republished(events)).build();
  }

  /** How many events were put into the outbox. */
  public record Republished(int events) {}
}
