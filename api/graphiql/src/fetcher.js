import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { Kind, parse } from "graphql";
import { createClient } from "graphql-ws";

const endpoint = new URL("/graphql", window.location.href);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === "https:" ? "wss:" : "ws:";

// The socket opens with the first subscription and closes after the last one. A restarting server
// (close code 1012) and a lost network are tried again; what happened in between is not replayed
// here, for which a document has `after`.
const send = createGraphiQLFetcher({
  url: endpoint.href,
  wsClient: createClient({ url: socket.href, lazy: true, retryAttempts: 20 }),
  enableIncrementalDelivery: false,
});

/**
 * Sends what the editor shows. GraphiQL learns half a second late what a document holds, so whoever
 * changes the tab and plays at once would send the operation's name of the tab before, and a
 * subscription over HTTP.
 */
export function fetcher(params, options) {
  const documentAST = parsed(params.query);
  const names = (documentAST?.definitions ?? [])
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map(({ name }) => name?.value);
  const operationName = names.includes(params.operationName) ? params.operationName : names[0];
  return send({ ...params, operationName }, { ...options, documentAST });
}

/** The document, or undefined where it is broken: the server says then what is wrong with it. */
function parsed(query) {
  try {
    return parse(query, { noLocation: true });
  } catch {
    return undefined;
  }
}
