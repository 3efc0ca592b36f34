package io.certferry.gateway.registrar;

import io.certferry.edge.CurrentTenant;
import io.certferry.edge.FieldErrors;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Tokens with which connectors enrol. */
@Path("/api/v1/connectors/{id}/enrolment-tokens")
@Blocking
public class EnrolmentTokensResource {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private final Registrar registrar;
  private final CurrentTenant tenant;

  EnrolmentTokensResource(Registrar registrar, CurrentTenant tenant) {
    this.registrar = registrar;
    this.tenant = tenant;
  }

  /**
   * For whom.
   *
   * @param publicKeySha256 lower-case hex of the connector's SubjectPublicKeyInfo, as it logs it
   */
  public record NewToken(@Nullable String publicKeySha256) {}

  /**
   * A token, told once.
   *
   * @param token goes into the connector's identity directory as {@code <tenant>.token}
   */
  public record View(String token, Instant expiresAt) {}

  @POST
  @RolesAllowed("pki-admin")
  @Operation(summary = "A token with which this connector enrols once, within 15 minutes")
  public RestResponse<View> give(@PathParam("id") String id, @Nullable NewToken body) {
    String key = body == null ? null : body.publicKeySha256();
    FieldErrors errors = new FieldErrors();
    errors.require(ID.matcher(id).matches(), "/id", "pattern", "must match " + ID.pattern());
    errors.require(
        key != null && SHA_256.matcher(key).matches(),
        "/publicKeySha256",
        "pattern",
        "is 64 lower-case hex digits: the SHA-256 of the connector's public key");
    errors.throwIfAny();
    Registrar.Token token =
        registrar.token(tenant.id(), id, Objects.requireNonNull(key), tenant.actor());
    return RestResponse.ResponseBuilder.<View>create(RestResponse.Status.CREATED)
        .entity(new View(token.token(), token.expiresAt()))
        .build();
  }
}
