package io.certferry.pfximport.importkey;

import io.certferry.edge.CurrentTenant;
import io.certferry.edge.Cursor;
import io.certferry.edge.FieldErrors;
import io.certferry.edge.Page;
import io.certferry.edge.PageRequest;
import io.certferry.edge.ProblemException;
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
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Import keys: creation, rotation, public halves, retirement. */
@Path("/api/v1/import-keys")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class ImportKeyResource {

  private static final Set<Integer> SIZES = Set.of(2048, 3072, 4096);
  private static final int LONGEST_NAME = 256;

  private final ImportKeyRing keys;
  private final ImportKeyConfig config;
  private final CurrentTenant tenant;

  ImportKeyResource(ImportKeyRing keys, ImportKeyConfig config, CurrentTenant tenant) {
    this.keys = keys;
    this.config = config;
    this.tenant = tenant;
  }

  /**
   * What a new key is like.
   *
   * @param size bits of the modulus: 2048, 3072 or 4096; {@code certferry.import-keys.bits} if
   *     absent
   */
  public record NewKey(
      @Nullable String providerName, @Nullable String keyName, @Nullable Integer size) {}

  /** What the next version is like; the size of the present one if absent. */
  public record NextVersion(@Nullable Integer size) {}

  @POST
  @RolesAllowed({"profile-admin", "pki-admin"})
  public Response create(@Nullable NewKey wanted) {
    NewKey key = wanted == null ? new NewKey(null, null, null) : wanted;
    FieldErrors errors = new FieldErrors();
    String provider = name(errors, "/providerName", key.providerName());
    String name = name(errors, "/keyName", key.keyName());
    int bits = bits(errors, key.size(), config.bits());
    errors.throwIfAny();
    ImportKey made = keys.create(tenant.id(), provider, name, bits, tenant.actor());
    return Response.created(URI.create("/api/v1/import-keys/" + made.id()))
        .entity(ImportKeyView.of(made, 0L))
        .build();
  }

  @POST
  @Path("/{id}/rotate")
  @RolesAllowed("pki-admin")
  public Response rotate(@PathParam("id") UUID id, @Nullable NextVersion wanted) {
    ImportKey present = keys.find(tenant.id(), id).orElseThrow(ProblemException::notFound);
    FieldErrors errors = new FieldErrors();
    int bits = bits(errors, wanted == null ? null : wanted.size(), present.bits());
    errors.throwIfAny();
    ImportKey made = keys.rotate(tenant.id(), id, bits, tenant.actor());
    return Response.created(URI.create("/api/v1/import-keys/" + made.id()))
        .entity(ImportKeyView.of(made, 0L))
        .build();
  }

  @GET
  @RolesAllowed({"profile-admin", "pki-admin", "operator", "auditor"})
  public Page<ImportKeyView> list(
      @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    return Page.of(page, keys.page(tenant.id(), page), key -> Cursor.of(key.id()))
        .map(key -> ImportKeyView.of(key, null));
  }

  @GET
  @Path("/{id}")
  @RolesAllowed({"profile-admin", "pki-admin", "operator", "auditor"})
  public ImportKeyView show(@PathParam("id") UUID id) {
    ImportKey key = keys.find(tenant.id(), id).orElseThrow(ProblemException::notFound);
    return ImportKeyView.of(key, keys.sealedTo(key));
  }

  @DELETE
  @Path("/{id}")
  @RolesAllowed("pki-admin")
  public void retire(@PathParam("id") UUID id) {
    keys.retire(tenant.id(), id, tenant.actor());
  }

  private static String name(FieldErrors errors, String field, @Nullable String name) {
    String text = name == null ? "" : name.strip();
    errors.require(
        !text.isEmpty() && text.length() <= LONGEST_NAME,
        field,
        "required",
        "must have 1 to " + LONGEST_NAME + " characters");
    return text;
  }

  private static int bits(FieldErrors errors, @Nullable Integer wanted, int usual) {
    int bits = wanted == null ? usual : wanted;
    errors.require(SIZES.contains(bits), "/size", "one-of", "must be 2048, 3072 or 4096");
    return bits;
  }
}
