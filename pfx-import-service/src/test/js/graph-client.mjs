// Microsoft's JavaScript client, unchanged, against the running service; prints one JSON line of what it saw.
import { Client } from "@microsoft/microsoft-graph-client";

const { GRAPH_URL, TOKEN_URL, CLIENT_ID, CLIENT_SECRET, ENTITY } = process.env;

const authProvider = {
  async getAccessToken() {
    const answer = await fetch(TOKEN_URL, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        scope: `${GRAPH_URL}/.default`,
      }),
    });
    return (await answer.json()).access_token;
  },
};

const client = Client.initWithMiddleware({
  authProvider,
  baseUrl: `${GRAPH_URL}/`,
  defaultVersion: "beta",
  customHosts: new Set([new URL(GRAPH_URL).hostname]),
});

const collection = "/deviceManagement/userPfxCertificates";
const entity = JSON.parse(ENTITY);
const seen = {};

const made = await client.api(collection).post(entity);
seen.created = made;
seen.got = await client.api(`${collection}/${made.id}`).get();
seen.gotByParenthesis = await client.api(`${collection}('${made.id}')`).get();
const filter = `tolower(userPrincipalName) eq '${entity.userPrincipalName.toLowerCase()}'`;
seen.listed = await client.api(collection).filter(filter).top(1).count(true).get();
seen.selected = await client.api(collection).filter(filter).select("id,thumbprint").get();
seen.patched = await client.api(`${collection}/${made.id}`).patch({ intendedPurpose: "wifi" });
seen.users = await client.api("/users").filter(`userPrincipalName eq '${entity.userPrincipalName}'`).get();
try {
  await client.api(collection).post(entity);
} catch (error) {
  seen.twice = { statusCode: error.statusCode, code: error.code, requestId: error.requestId };
}
try {
  await client.api(collection).post({ ...entity, thumbprint: "no" });
} catch (error) {
  seen.wrong = { statusCode: error.statusCode, code: error.code, message: error.message };
}
await client.api(`${collection}/${made.id}`).delete();
try {
  await client.api(`${collection}/${made.id}`).get();
} catch (error) {
  seen.gone = { statusCode: error.statusCode, code: error.code };
}
console.log(JSON.stringify(seen));
