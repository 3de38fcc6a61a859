import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { createClient } from "graphql-ws";

const endpoint = new URL("/graphql", window.location.href);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === "https:" ? "wss:" : "ws:";

// The socket opens with the first subscription and closes after the last one. A restarting server
// (close code 1012) and a lost network are tried again; what happened in between is not replayed
// here, for which a document has `after`.
export const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  wsClient: createClient({ url: socket.href, lazy: true, retryAttempts: 20 }),
  enableIncrementalDelivery: false,
});
