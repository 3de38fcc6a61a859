import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { examples } from "./examples.js";

const groups = Map.groupBy(examples, ({ subprocess }) => subprocess);

function ExamplesIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <rect x="3.5" y="3.5" width="17" height="17" rx="2.5" />
      <path d="M7.5 8.5h9M7.5 12h9M7.5 15.5h5" strokeLinecap="round" />
    </svg>
  );
}

function Examples() {
  const { addTab } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);

  function open({ query, variables }) {
    addTab();
    queryEditor.setValue(query);
    variableEditor.setValue(variables ?? "");
  }

  return (
    <section className="rapport-examples" aria-label="Examples">
      <div className="graphiql-doc-explorer-title">Examples</div>
      <p>Each opens in a tab of its own.</p>
      {[...groups].map(([subprocess, members]) => (
        <div key={subprocess}>
          <h3>{subprocess}</h3>
          <ul>
            {members.map((example) => (
              <li key={example.name}>
                <button type="button" onClick={() => open(example)}>
                  {example.title}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

export const examplesPlugin = { title: "Examples", icon: ExamplesIcon, content: Examples };
