package io.certferry.pfximport.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.certferry.contracts.ContractJson;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * OData's system query options, as far as they are supported; others are refused rather than
 * ignored.
 *
 * @param top most entities on a page; Microsoft's old tool follows no next link, so a page is large
 * @param after the id of the last entity of the page before
 * @param select lower-case names of the members to show; empty for all
 */
record QueryOptions(
    @Nullable String filter, int top, UUID after, Set<String> select, boolean count) {

  private static final int LARGEST = 1_000;
  private static final UUID FIRST = new UUID(0, 0);
  private static final Set<String> SUPPORTED =
      Set.of("$filter", "$top", "$skiptoken", "$select", "$count");

  /**
   * Reads them.
   *
   * @throws GraphException 400 for an unsupported or unreadable one
   */
  static QueryOptions parse(UriInfo uri) {
    MultivaluedMap<String, String> parameters = uri.getQueryParameters();
    for (String name : parameters.keySet()) {
      if (name.startsWith("$") && !SUPPORTED.contains(name.toLowerCase(Locale.ROOT))) {
        throw GraphException.badRequest("The query option '" + name + "' is not supported.");
      }
    }
    return new QueryOptions(
        parameters.getFirst("$filter"),
        top(parameters.getFirst("$top")),
        after(parameters.getFirst("$skiptoken")),
        select(parameters.getFirst("$select")),
        "true".equalsIgnoreCase(parameters.getFirst("$count")));
  }

  private static int top(@Nullable String text) {
    if (text == null) {
      return LARGEST;
    }
    if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1) {
      throw GraphException.badRequest("'$top' must be a number from 1.");
    }
    return Math.min(LARGEST, Integer.parseInt(text));
  }

  private static UUID after(@Nullable String token) {
    if (token == null) {
      return FIRST;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      return UUID.fromString(new String(bytes, java.nio.charset.StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      throw GraphException.badRequest("'$skiptoken' is not one of a next link.");
    }
  }

  private static Set<String> select(@Nullable String text) {
    return text == null || text.isBlank()
        ? Set.of()
        : new HashSet<>(Arrays.asList(text.toLowerCase(Locale.ROOT).split("\\s*,\\s*", 64)));
  }

  String nextLink(UriInfo uri, UUID last) {
    String token =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(last.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return uri.getRequestUriBuilder().replaceQueryParam("$skiptoken", token).build().toString();
  }

  /** The entity with the selected members; its annotations always stay. */
  Object selected(GraphEntity entity) {
    if (select.isEmpty()) {
      return entity;
    }
    ObjectNode json = ContractJson.mapper().valueToTree(entity);
    List<String> names = new java.util.ArrayList<>();
    json.fieldNames().forEachRemaining(names::add);
    names.stream()
        .filter(name -> !name.startsWith("@") && !select.contains(name.toLowerCase(Locale.ROOT)))
        .forEach(json::remove);
    return json;
  }
}
