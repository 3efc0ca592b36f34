package io.certferry.pfximport.graph;

/** A refusal on its way to a Graph client; its text is shown as it is. */
final class GraphException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  private GraphException(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  static GraphException badRequest(String message) {
    return new GraphException(400, "BadRequest", message);
  }

  static GraphException notFound() {
    return new GraphException(404, "ResourceNotFound", "There is no such imported certificate.");
  }

  static GraphException conflict(String message) {
    return new GraphException(409, "Conflict", message);
  }

  static GraphException tooLarge(String message) {
    return new GraphException(413, "RequestEntityTooLarge", message);
  }

  static GraphException unavailable(String message) {
    return new GraphException(503, "ServiceUnavailable", message);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }
}
