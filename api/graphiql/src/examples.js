// Every examples/NN-name.graphql is one example, in the order of its number, whose first digit is
// the sub-process. The first comment line is its title; NN-name.json holds its variables, if any.

const documents = import.meta.glob("../examples/*.graphql", {
  query: "?raw",
  import: "default",
  eager: true,
});
const variables = import.meta.glob("../examples/*.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

const subprocesses = {
  1: "Customers and relationships",
  2: "Service portfolio",
  3: "Enrolments",
  4: "Handling complaints",
  5: "Monitoring",
  6: "Satisfaction",
};

// A first visit opens these; the others are in the list of examples.
const opened = new Set([
  "11-customers",
  "21-portfolio",
  "31-enrollments",
  "41-complaints",
  "43-record-complaint",
  "44-acknowledge-complaint",
  "51-board",
  "52-live",
  "65-expectation-gaps",
  "67-who-to-call",
]);

export const examples = Object.keys(documents)
  .sort()
  .map((path) => {
    const name = path.slice("../examples/".length, -".graphql".length);
    const query = documents[path];
    return {
      name,
      subprocess: subprocesses[name[0]],
      isOpened: opened.has(name),
      title: query.slice(0, query.indexOf("\n")).replace(/^#\s*/, ""),
      query,
      variables: variables[path.replace(/\.graphql$/, ".json")],
    };
  });
