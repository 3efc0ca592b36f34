package io.certferry.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** {@code clients.json}: the OAuth clients with their secrets. */
final class ClientsFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ClientsFile() {}

  static String render(List<OAuthClient> clients) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("clients");
    for (OAuthClient client : clients) {
      ObjectNode node = list.addObject();
      node.put("clientId", client.clientId());
      node.put("clientSecret", client.clientSecret());
      node.put("tenant", client.tenant());
      client.roles().forEach(node.putArray("roles")::add);
    }
    return root.toPrettyString() + "\n";
  }
}
