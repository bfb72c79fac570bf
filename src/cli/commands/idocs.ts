/** `ml-connector idocs`: what SAP's IDocs told, what waits to be read, and those from which nothing follows. Reads only. */
import { Command } from "commander";
import { type IDocState, readIDocState } from "../../hub/index.ts";
import { wholeNumber, withConfig, withJson } from "../flags.ts";
import { groupDigits, renderTable } from "../report/text-table.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { lookAtStore } from "../wiring/store-only.ts";

type Flags = { config: string; connection?: string; json: boolean; limit: number };

function stateLines({ messages, waiting, odd }: IDocState): readonly string[] {
  const total = messages.reduce((sum, { idocs }) => sum + idocs, 0);
  const waits = Object.entries(waiting).map(([flow, count]) => `${groupDigits(count)} ${flow}`);
  const counts = renderTable(
    [
      { title: "message", align: "left" },
      { title: "IDocs", align: "right" },
      { title: "came again", align: "right" },
      { title: "last", align: "left" },
    ],
    messages.map(({ message, idocs, again, lastAt }) => [message || "(none)", groupDigits(idocs), groupDigits(again), lastAt]),
    terminal.paint,
  );
  const oddities = renderTable(
    [
      { title: "IDoc", align: "left" },
      { title: "from", align: "left" },
      { title: "message", align: "left" },
      { title: "", align: "left" },
      { title: "why", align: "left" },
    ],
    odd.map(({ number, sender, client, message, state, reason }) => [
      number,
      `${sender} ${client}`.trim(),
      message,
      state,
      reason,
    ]),
    terminal.paint,
  );
  return [
    `${groupDigits(total)} IDocs; ${waits.length === 0 ? "nothing waits" : `${waits.join(", ")} wait for the next run`}`,
    ...counts,
    ...(odd.length === 0 ? [] : ["", ...oddities]),
  ];
}

async function tell({ config: configFile, connection: given, json, limit }: Flags): Promise<void> {
  const state = await lookAtStore({ configFile, log: terminal.debug }, ({ config, store }) =>
    readIDocState(store, { tenant: config.tenant, connection: pickConnection(config, given) }, limit),
  );
  if (json) return terminal.json(state ?? { messages: [], waiting: {}, odd: [] });
  if (!state || state.messages.length === 0) return terminal.print("No IDoc was received yet.");
  terminal.printAll(stateLines(state));
}

export function idocsCommand(): Command {
  return withJson(withConfig(new Command("idocs")))
    .description("what SAP's IDocs told, what waits, and what was parked or quarantined")
    .option("--connection <name>", "the connection, where the configuration has several")
    .option("--limit <n>", "how many of the parked and quarantined", wholeNumber(1, 10_000), 20)
    .action(tell);
}
