/**
 * `ml-connector approvals`: what waits for a person's word before it is written to Procore (ruling 35), and giving it. Nothing is written to Procore
 * here: the next run carries it out.
 */
import { Command } from "commander";
import type { Flow } from "../../core/index.ts";
import { approve, listAwaiting, type WaitingQuery } from "../../hub/index.ts";
import { UsageError } from "../exit-codes.ts";
import { flowOption, readNote, wholeNumber, withConfig, withJson } from "../flags.ts";
import { systemClock } from "../platform/index.ts";
import { awaitingLines } from "../report/approvals-text.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { lookAtStore } from "../wiring/store-only.ts";
import { actor } from "./actor.ts";

type Choice = { config: string; connection?: string; flow?: readonly Flow[]; project?: number; json: boolean };
type ListFlags = Choice & { limit: number };
type GiveFlags = Choice & { all: boolean; note: string };

const recordsMax = 100_000;
const storeOptions = ({ config }: Choice) => ({ configFile: config, log: terminal.debug });

function queryOf({ flow, project }: Choice, tenant: string, connection: string | undefined): WaitingQuery {
  return {
    tenant,
    ...(connection === undefined ? {} : { connection }),
    ...(flow === undefined ? {} : { flows: flow }),
    ...(project === undefined ? {} : { projectId: project }),
  };
}

async function list(flags: ListFlags): Promise<void> {
  const found = await lookAtStore(storeOptions(flags), ({ config, store }) => {
    const connection = flags.connection === undefined ? undefined : pickConnection(config, flags.connection);
    return listAwaiting(store, { ...queryOf(flags, config.tenant, connection), limit: flags.limit });
  });
  if (flags.json) terminal.json(found ?? []);
  else terminal.printAll(awaitingLines(found ?? [], terminal.paint));
}

/** Everything at once only where that was said: an empty choice is no word. */
function refuseUnclear(records: readonly string[], { all, flow, project }: GiveFlags): void {
  const isNarrow = records.length > 0 || flow !== undefined || project !== undefined;
  if (all === isNarrow) throw new UsageError("Name records, --flow or --project, or else --all.");
}

async function give(records: readonly string[], flags: GiveFlags): Promise<void> {
  refuseUnclear(records, flags);
  const given = await lookAtStore(storeOptions(flags), async ({ config, store }) => {
    const query = queryOf(flags, config.tenant, pickConnection(config, flags.connection));
    const chosenRecords = records.length === 0 ? {} : { records };
    return approve(store, { ...query, ...chosenRecords, actor: actor(), note: flags.note, atMs: systemClock.now() });
  });
  if (given === undefined) throw new UsageError("Nothing was ever read; run `ml-connector plan` first.");
  if (flags.json) return terminal.json(given);
  terminal.print(`Approved: ${given.length} records. The next run carries it out: ml-connector sync`);
}

const chosen = (command: Command) =>
  withJson(withConfig(command))
    .option("--connection <name>", "which connection, where there are several")
    .addOption(flowOption())
    .option("--project <id>", "only this project, by Procore's id; 0: vendors of the company", wholeNumber(0, 999_999_999_999));

export function approvalsCommand(): Command {
  const listing = chosen(new Command("list").description("what waits, by record (the default)")).option(
    "--limit <n>",
    "how many",
    wholeNumber(1, recordsMax),
    100,
  );
  const giving = chosen(new Command("give").description("approve what is named; the next run carries it out"))
    .argument("[records...]", "origin ids of records, as listed")
    .option("--all", "everything that waits", false)
    .option("--note <text>", "why, for the audit trail", readNote, "");
  return new Command("approvals")
    .description("what waits for a person's word before it is written to Procore, and giving it")
    .addCommand(listing.action(list), { isDefault: true })
    .addCommand(giving.action(give));
}
