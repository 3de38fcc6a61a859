// Follows a subscription with graphql-sse and prints each result's field as a line of JSON.
// The payload's `after` moves with every result, so that a reconnect goes on from there.
import { createClient } from "graphql-sse";

const [url, query, after] = process.argv.slice(2);
const payload = { query, variables: { after } };
const client = createClient({
  url,
  retryAttempts: Infinity,
  retry: () => new Promise((resolve) => setTimeout(resolve, 50)),
});

client.subscribe(payload, {
  next(result) {
    const [value] = Object.values(result.data);
    payload.variables.after = value.cursor;
    console.log(JSON.stringify(value));
  },
  error(error) {
    console.error(error);
    process.exit(1);
  },
  complete() {
    process.exit(0);
  },
});
