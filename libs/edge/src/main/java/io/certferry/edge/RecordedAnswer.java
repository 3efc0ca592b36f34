package io.certferry.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.certferry.contracts.ContractJson;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/**
 * An answer that can be given again, byte for byte.
 *
 * @param location header {@code Location}; null if none
 * @param body JSON text; null if none
 */
public record RecordedAnswer(int status, @Nullable String location, @Nullable String body) {

  /** 201 with a body. */
  public static RecordedAnswer created(String location, Object body) {
    return new RecordedAnswer(201, location, json(body));
  }

  /** Any status with a body. */
  public static RecordedAnswer of(int status, Object body) {
    return new RecordedAnswer(status, null, json(body));
  }

  public Response toResponse() {
    Response.ResponseBuilder response = Response.status(status);
    if (location != null) {
      response.header("Location", location);
    }
    return body == null
        ? response.build()
        : response.entity(body).type(MediaType.APPLICATION_JSON).build();
  }

  private static String json(Object body) {
    return new String(ContractJson.write(body), UTF_8);
  }
}
