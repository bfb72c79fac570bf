/** `ml-connector idocs`: what SAP's IDocs told, what waits to be read, and those from which nothing follows. Reads only. */
import { Command } from "commander";
import { type IDocState, readIDocState } from "../../hub/index.ts";
import { wholeNumber, withConfig, withJson } from "../flags.ts";
import { groupDigits, renderTable } from "../report/text-table.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { lookAtStore } from "../wiring/store-only.ts";

type Flags = { config: string; connection?: string; json: boolean; limit: number };

/** A run reads cost centres only where reference data is on: where it is off nothing takes their notices, and they must not seem to be on their way. */
function waitingWords(waiting: IDocState["waiting"], isReferenceRead: boolean): string {
  const isTaken = ([flow]: [string, number]) => flow !== "reference" || isReferenceRead;
  const said = (entries: [string, number][]) => entries.map(([flow, count]) => `${groupDigits(count)} ${flow}`).join(", ");
  const [taken, idle] = [Object.entries(waiting).filter(isTaken), Object.entries(waiting).filter((each) => !isTaken(each))];
  const next = taken.length === 0 ? "nothing waits" : `${said(taken)} wait for the next run`;
  return idle.length === 0 ? next : `${next}; no run reads ${said(idle)}: the connection's \`reference\` is off`;
}

function stateLines({ messages, waiting, odd }: IDocState, isReferenceRead: boolean): readonly string[] {
  const total = messages.reduce((sum, { idocs }) => sum + idocs, 0);
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
    `${groupDigits(total)} IDocs; ${waitingWords(waiting, isReferenceRead)}`,
    ...counts,
    ...(odd.length === 0 ? [] : ["", ...oddities]),
  ];
}

async function tell({ config: configFile, connection: given, json, limit }: Flags): Promise<void> {
  const found = await lookAtStore({ configFile, log: terminal.debug }, async ({ config, store }) => {
    const connection = pickConnection(config, given);
    const state = await readIDocState(store, { tenant: config.tenant, connection }, limit);
    return { state, isReferenceRead: config.connections[connection]?.settings.reference === "after-costs" };
  });
  if (json) return terminal.json(found?.state ?? { messages: [], waiting: {}, odd: [] });
  if (!found || found.state.messages.length === 0) return terminal.print("No IDoc was received yet.");
  terminal.printAll(stateLines(found.state, found.isReferenceRead));
}

export function idocsCommand(): Command {
  return withJson(withConfig(new Command("idocs")))
    .description("what SAP's IDocs told, what waits, and what was parked or quarantined")
    .option("--connection <name>", "the connection, where the configuration has several")
    .option("--limit <n>", "how many of the parked and quarantined", wholeNumber(1, 10_000), 20)
    .action(tell);
}
