import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { examples } from "./examples.js";
import { examplesPlugin } from "./examples-plugin.jsx";
import { fetcher } from "./fetcher.js";
import iconUrl from "./icon.svg";

const explorer = explorerPlugin({ showAttribution: false });
const plugins = [HISTORY_PLUGIN, explorer, examplesPlugin];
const tabs = examples.filter(({ isOpened }) => isOpened);

export function Page() {
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins}
      visiblePlugin={explorer.title}
      defaultTabs={tabs}
      defaultEditorToolsVisibility="variables"
      schemaDescription
    >
      <GraphiQL.Logo>
        <span className="rapport-logo">
          <img src={iconUrl} alt="" width="22" height="22" />
          Rapport
        </span>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}
