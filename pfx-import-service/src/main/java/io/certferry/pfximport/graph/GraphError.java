package io.certferry.pfximport.graph;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The body of every refusal to a Graph client (Microsoft Graph, "error resource type"). */
record GraphError(Detail error) {

  /** What went wrong, and where to find it in the log. */
  record Detail(String code, String message, Inner innerError) {}

  /** How the request is named. */
  record Inner(
      String date,
      @JsonProperty("request-id") String requestId,
      @JsonProperty("client-request-id") String clientRequestId) {}

  static GraphError of(
      String code, String message, Instant now, String requestId, String clientRequestId) {
    return new GraphError(
        new Detail(
            code,
            message,
            new Inner(
                now.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ""),
                requestId,
                clientRequestId)));
  }
}
