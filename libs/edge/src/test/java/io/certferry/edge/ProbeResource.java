package io.certferry.edge;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Ways to use the edge well and badly. */
@Path("/probe")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class ProbeResource {

  static final AtomicInteger EFFECTS = new AtomicInteger();

  private final CurrentTenant tenant;
  private final CorrelationId correlationId;
  private final IdempotencyKeys keys;
  private final Pool pool;
  private final Mutiny.SessionFactory sessions;

  public ProbeResource(
      CurrentTenant tenant,
      CorrelationId correlationId,
      IdempotencyKeys keys,
      Pool pool,
      Mutiny.SessionFactory sessions) {
    this.tenant = tenant;
    this.correlationId = correlationId;
    this.keys = keys;
    this.pool = pool;
    this.sessions = sessions;
  }

  /** A kind of thing. */
  public enum Kind {
    SMALL,
    LARGE
  }

  /** A part of a thing. */
  public record Part(@Max(9) int number) {}

  /** A body. */
  public record Thing(
      @NotBlank String name, @Nullable Kind kind, int size, @Valid List<Part> parts) {}

  @GET
  @RolesAllowed("mdm")
  @Path("/tenant")
  public Uni<Map<String, String>> tenant() {
    return Uni.createFrom()
        .item(
            () ->
                Map.of(
                    "tenant", tenant.id(),
                    "actor", tenant.actor(),
                    "correlationId", correlationId.value()));
  }

  @POST
  @PermitAll
  public Thing echo(@Valid Thing thing) {
    return thing;
  }

  @GET
  @PermitAll
  @Path("/page")
  public Page<String> page(
      @QueryParam("limit") @Nullable Integer limit, @QueryParam("cursor") @Nullable String cursor) {
    PageRequest request = PageRequest.of(limit, cursor);
    long start = request.after().map(after -> after.number(0)).orElse(0L);
    List<Long> rows =
        java.util.stream.LongStream.rangeClosed(start + 1, Math.min(start + request.fetch(), 5))
            .boxed()
            .toList();
    return Page.of(request, rows, Cursor::of).map(String::valueOf);
  }

  @GET
  @PermitAll
  @Path("/fail/{how}")
  public Uni<String> fail(@PathParam("how") String how) {
    return switch (how) {
      case "rules" ->
          throw ProblemException.ruleBroken(
              List.of(
                  new FieldError("/a", "required", "is missing"),
                  new FieldError("/b", "pattern", "is odd")));
      case "secret" -> Uni.createFrom().failure(new IllegalStateException("hunter2"));
      case "database" ->
          Uni.createFrom().failure(new IllegalStateException(new ConnectException("10.0.0.1")));
      case "busy" -> throw ProblemException.tooManyRequests(java.time.Duration.ofSeconds(7));
      default -> throw ProblemException.notFound();
    };
  }

  @POST
  @RolesAllowed("profile-admin")
  @Path("/things/{way}")
  public Uni<Response> create(
      @PathParam("way") String way,
      @HeaderParam("Idempotency-Key") @Nullable String key,
      Thing thing) {
    var call = IdempotentCall.of(tenant.id(), key, "POST /probe/things/" + way, thing);
    Uni<RecordedAnswer> answer =
        way.equals("client")
            ? pool.withTransaction(tx -> keys.once(tx, call, () -> effect(thing)))
            : sessions.withTransaction(session -> keys.once(session, call, () -> effect(thing)));
    return answer.map(RecordedAnswer::toResponse);
  }

  private Uni<RecordedAnswer> effect(Thing thing) {
    EFFECTS.incrementAndGet();
    if (thing.size() < 0) {
      return Uni.createFrom().failure(ProblemException.ruleBroken("/size", "range", "too small"));
    }
    UUID id = UUID.randomUUID();
    return Uni.createFrom()
        .item(RecordedAnswer.created("/probe/things/" + id, Map.of("id", id.toString())));
  }
}
