// Runs graphql-http's server audits against a URL and prints what each said, as one JSON array.
import { serverAudits } from "graphql-http";

const told = [];
for (const audit of serverAudits({ url: process.argv[2], fetchFn: fetch })) {
  const result = await audit.fn();
  const { id, name, status } = result;
  told.push({ id, name, status, reason: status === "ok" ? null : String(result.reason) });
}
console.log(JSON.stringify(told));
