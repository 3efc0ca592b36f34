package io.certferry.revocation.partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import io.certferry.edge.CurrentTenant;
import io.certferry.revocation.order.CaConfig;
import io.certferry.revocation.order.CaRegister;
import io.certferry.revocation.order.Revocation;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The revocation calls of Microsoft's third-party CA partners, unchanged: which certificates are to
 * be revoked, and what became of them. Every answer is a JSON object.
 */
@Path("/partner/pki/CertificateAuthorityRequests")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
class PartnerResource {

  private static final Logger LOG = Logger.getLogger(PartnerResource.class);
  private static final int MOST = 500;
  private static final int LONGEST_ISSUER = 256;
  private static final String CONTEXT =
      "$metadata#Collection(microsoft.management.services.api.caRevocationRequest)";

  private final CurrentTenant tenant;
  private final PartnerQueue queue;
  private final CaRegister cas;

  PartnerResource(CurrentTenant tenant, PartnerQueue queue, CaRegister cas) {
    this.tenant = tenant;
    this.queue = queue;
    this.cas = cas;
  }

  @POST
  @Path("downloadRevocationRequests")
  @RolesAllowed({"ca-partner", "pki-admin"})
  public Uni<Response> download(byte @Nullable [] body) {
    Optional<JsonNode> parameters =
        PartnerJson.object(body == null ? new byte[0] : body)
            .flatMap(object -> PartnerJson.member(object, "downloadParameters"))
            .filter(JsonNode::isObject);
    if (parameters.isEmpty()) {
      return refused("downloadParameters must be an object");
    }
    Optional<JsonNode> max = PartnerJson.member(parameters.get(), "maxRequests");
    Optional<JsonNode> issuer = PartnerJson.member(parameters.get(), "issuerName");
    if (max.isEmpty() || !max.get().isIntegralNumber() || !isCount(max.get())) {
      return refused("maxRequests must be a number from 1 to " + MOST);
    }
    if (issuer.isPresent()
        && (!issuer.get().isTextual() || issuer.get().asText().length() > LONGEST_ISSUER)) {
      return refused("issuerName must be a text of at most " + LONGEST_ISSUER + " characters");
    }
    String name = issuer.map(JsonNode::asText).filter(text -> !text.isBlank()).orElse(null);
    return queue
        .handOut(tenant.id(), tenant.actor(), name, max.get().intValue())
        .map(this::handedOut);
  }

  private static boolean isCount(JsonNode max) {
    return max.canConvertToInt() && max.intValue() >= 1 && max.intValue() <= MOST;
  }

  private Response handedOut(List<Revocation> revocations) {
    ObjectNode answer = ContractJson.mapper().createObjectNode();
    answer.put("@odata.context", CONTEXT);
    ArrayNode value = answer.putArray("value");
    for (Revocation revocation : revocations) {
      ObjectNode item =
          value
              .addObject()
              .put("requestContext", revocation.id().toString())
              .put("serialNumber", upper(revocation.serial()))
              .put("issuerName", revocation.issuer());
      Optional.ofNullable(revocation.caId())
          .flatMap(cas::find)
          .flatMap(CaConfig.Ca::partnerConfiguration)
          .ifPresent(configuration -> item.put("caConfiguration", configuration));
    }
    return answer(200, answer);
  }

  private static String upper(@Nullable String serial) {
    return serial == null ? "" : serial.toUpperCase(Locale.ROOT);
  }

  @POST
  @Path("uploadRevocationResults")
  @RolesAllowed({"ca-partner", "pki-admin"})
  public Uni<Response> upload(byte @Nullable [] body) {
    Optional<JsonNode> items =
        PartnerJson.object(body == null ? new byte[0] : body)
            .flatMap(object -> PartnerJson.member(object, "results"))
            .filter(JsonNode::isArray);
    if (items.isEmpty()) {
      return refused("results must be an array");
    }
    if (items.get().isEmpty() || items.get().size() > MOST) {
      return refused("results has 1 to " + MOST + " items");
    }
    List<PartnerResult> results = new ArrayList<>();
    for (JsonNode item : items.get()) {
      Optional<PartnerResult> result = item.isObject() ? PartnerResult.of(item) : Optional.empty();
      if (result.isPresent()) {
        results.add(result.get());
      } else if (!isForeign(item)) {
        return refused("an item needs requestContext, succeeded, and a known errorCode if any");
      } else {
        LOG.warnf("event=partner-result-unknown tenant=%s", tenant.id());
      }
    }
    ObjectNode done = ContractJson.mapper().createObjectNode().put("value", true);
    return queue.take(tenant.id(), tenant.actor(), results).map(ignored -> answer(200, done));
  }

  /** Well-formed but about something that was never handed out here: nothing to do. */
  private static boolean isForeign(JsonNode item) {
    return item.isObject()
        && PartnerJson.member(item, "requestContext")
            .filter(context -> context.isTextual() && !context.asText().isEmpty())
            .isPresent()
        && PartnerJson.member(item, "succeeded").isPresent()
        && PartnerJson.member(item, "errorCode")
            .map(code -> code.asText().isBlank() || ResultCode.of(code.asText()).isPresent())
            .orElse(true);
  }

  private static Uni<Response> refused(String message) {
    ObjectNode body = ContractJson.mapper().createObjectNode();
    body.putObject("error").put("code", "BadRequest").put("message", message);
    return Uni.createFrom().item(answer(400, body));
  }

  private static Response answer(int status, ObjectNode body) {
    return Response.status(status).type(MediaType.APPLICATION_JSON).entity(body.toString()).build();
  }
}
