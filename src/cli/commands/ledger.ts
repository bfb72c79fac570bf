/**
 * `ml-connector ledger`: posts journals of a CSV file to SAP's general ledger, each exactly once (docs/ledger.md). Runs at the agent's machine, without
 * hub and store. The one command that writes to SAP: off unless the agent's own policy opts in.
 */
import { Command } from "commander";
import {
  checkJournal,
  checkLedgerPolicy,
  type LedgerPolicy,
  markDoubts,
  openLedgerDesk,
  type Poster,
  postJournal,
} from "../../agent/index.ts";
import { describeError, Fault, type PlacedJournal } from "../../core/index.ts";
import type { PostingEntry, PostingJournal } from "../../ports/index.ts";
import { type ConnectionConfiguration, loadConfiguration } from "../config/index.ts";
import { readText } from "../config/read-text.ts";
import { failureOf, UsageError } from "../exit-codes.ts";
import { withConfig, withJson } from "../flags.ts";
import { readJournals } from "../ledger/read-journals.ts";
import { exitCodeOf, type Reported, resultJson, resultLine } from "../ledger/results.ts";
import { readPostingJournal, systemClock, systemRandom, withPostingJournal } from "../platform/index.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { makeDataFolder, openSecrets, postingJournalOf, requireSapPassword } from "../wiring/places.ts";
import { createSapPorts } from "../wiring/sap-ports.ts";

type Flags = { config: string; connection?: string; json: boolean };
type PostFlags = Flags & { check: boolean; wait: boolean };
type Place = { name: string; connection: ConnectionConfiguration; dataFolder: string };

async function openPlace(flags: Flags): Promise<Place> {
  const config = await loadConfiguration(flags.config);
  const name = pickConnection(config, flags.connection);
  const connection = config.connections[name];
  if (!connection) throw new UsageError(`There is no connection ${name} in ${flags.config}.`);
  return { name, connection, dataFolder: config.dataFolder };
}

async function readFileOfJournals(file: string, { connection }: Place): Promise<readonly PlacedJournal[]> {
  return readJournals(connection.settings.sap, file, await readText(file, "ledger.csv-invalid"));
}

/** With SAP open, and closed again whatever happens. */
async function withModule<T>(place: Place, ledger: LedgerPolicy, use: (module: Poster["module"]) => Promise<T>): Promise<T> {
  const { name, dataFolder } = place;
  const { agent, agentFile } = place.connection;
  const random = { clock: systemClock, random: systemRandom };
  const secrets = openSecrets({ dataFolder, env: terminal.env, ...random });
  await requireSapPassword(secrets, name, agent, agentFile);
  const ports = await createSapPorts({ connection: name, settings: agent, dataFolder, secrets, ...random });
  try {
    const desk = await openLedgerDesk(agent, ports, ledger);
    try {
      return await use(desk.module);
    } finally {
      await desk.close();
    }
  } finally {
    await ports.http.close();
  }
}

type Batch = { poster: Poster; journals: readonly PlacedJournal[]; work: typeof postJournal; isJson: boolean };

/** One after the other. A fault of the system as a whole ends it; what was done before is told all the same. */
async function workThrough({ poster, journals, work, isJson }: Batch): Promise<void> {
  const reported: Reported[] = [];
  const tell = (each: Reported) => {
    reported.push(each);
    if (!isJson) terminal.print(resultLine(each));
  };
  let fault: Fault | undefined;
  for (const placed of journals) {
    if (fault !== undefined) {
      tell({ placed, result: undefined });
      continue;
    }
    try {
      tell({ placed, result: await work(poster, placed) });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      fault = error;
      tell({ placed, result: undefined });
    }
  }
  finish(reported, fault, isJson);
}

function finish(reported: readonly Reported[], fault: Fault | undefined, isJson: boolean): void {
  const documents = reported.map(resultJson);
  if (fault === undefined) {
    if (isJson) terminal.json({ documents });
    process.exitCode = exitCodeOf(reported);
    return;
  }
  if (!isJson) throw fault;
  const { exitCode, sentence, ...rest } = failureOf(fault);
  terminal.json({ documents, error: { ...rest, message: sentence, exitCode } });
  process.exitCode = exitCode;
}

/** For a check, which remembers nothing. */
function memoryOnly(entries: readonly PostingEntry[]): PostingJournal {
  const last = new Map(entries.map((entry) => [entry.reference, entry]));
  return {
    last: (reference) => last.get(reference),
    all: () => [...last.values()],
    append: () => Promise.reject(new Error("Assertion failed: a check writes nothing")),
  };
}

async function post(file: string, flags: PostFlags): Promise<void> {
  const place = await openPlace(flags);
  const journals = await readFileOfJournals(file, place);
  const ledger = checkLedgerPolicy(place.connection.agent, place.connection.agentFile, journals);
  const journalFile = postingJournalOf(place.dataFolder, place.name);
  const posterOf = (module: Poster["module"], journal: PostingJournal): Poster => ({
    module,
    journal,
    clock: systemClock,
    dialogLimitMs: ledger.dialogTimeLimitSeconds * 1_000,
    waits: flags.wait,
    note: terminal.note,
  });
  if (flags.check) {
    const journal = memoryOnly(await readPostingJournal(journalFile));
    await withModule(place, ledger, (module) =>
      workThrough({ poster: posterOf(module, journal), journals, work: checkJournal, isJson: flags.json }),
    );
    return;
  }
  await makeDataFolder(place.dataFolder);
  await withModule(place, ledger, (module) =>
    withPostingJournal(journalFile, systemClock, async (journal) => {
      await markDoubts(journal, systemClock);
      await workThrough({ poster: posterOf(module, journal), journals, work: postJournal, isJson: flags.json });
    }),
  );
}

async function status(flags: Flags): Promise<void> {
  const place = await openPlace(flags);
  const entries = await readPostingJournal(postingJournalOf(place.dataFolder, place.name));
  if (flags.json) {
    terminal.json({
      postings: entries.map(({ atMs, ...entry }) => ({ ...entry, at: new Date(atMs).toISOString() })),
    });
    return;
  }
  for (const { source, version, reference, state, document, atMs } of entries) {
    const what = document === undefined ? state : `${state}: ${document}`;
    terminal.print(`${source}  version ${version}  ${reference}  ${what}  ${new Date(atMs).toISOString()}`);
  }
  const open = entries.filter(({ state }) => state === "sending" || state === "unknown").length;
  terminal.note(`${entries.length} journals, ${open} not known`);
  if (open > 0) terminal.note(describeError("ledger.unknown").next);
}

export function ledgerCommand(): Command {
  const ledger = new Command("ledger").description("journals for SAP's general ledger; off unless the agent's policy allows it");
  const withConnection = (command: Command) =>
    withJson(withConfig(command).option("--connection <name>", "the connection, where the configuration has several"));
  withConnection(ledger.command("post <file>").description("posts the journals of a CSV file, each exactly once"))
    .option("--check", "ask SAP whether it would post them, and post nothing", false)
    .option("--no-wait", "leave what is not known as it is, instead of waiting until no call can be running")
    .action(post);
  withConnection(ledger.command("status").description("what this machine remembers of its postings")).action(status);
  return ledger;
}
