package io.certferry.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.stream.StreamSupport;

/**
 * Which CAs profile-service has heard of: until a connector has reported a CA, no profile may name
 * it. Asked without a trace, by a profile that is incomplete on purpose and is always refused.
 */
final class KnownCas {

  private static final int RULE_BROKEN = 422;

  private final Api api;
  private final URI profileService;

  KnownCas(Api api, URI profileService) {
    this.api = api;
    this.profileService = profileService;
  }

  /** Waits until the CA is known. */
  void await(String caId) {
    Polling.await(
        "profile-service to hear of the CA " + caId, () -> isKnown(caId) ? Boolean.TRUE : null);
  }

  private boolean isKnown(String caId) {
    ObjectNode incomplete =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", "pkcs")
            .put("certificationAuthority", caId)
            .put("certificateTemplate", "User");
    Api.Answer answer =
        api.tryCall(
            "profile-admin", "POST", profileService.resolve("/api/v1/profiles"), incomplete);
    return answer.status() == RULE_BROKEN && !names(answer, "/certificationAuthority");
  }

  private static boolean names(Api.Answer answer, String field) {
    JsonNode errors = answer.json().path("errors");
    return StreamSupport.stream(errors.spliterator(), false)
        .anyMatch(error -> error.path("field").asText().equals(field));
  }
}
