/**
 * `ml-connector proof`: how old each proof is that Procore still holds what was confirmed, and what did not agree; `proof run` looks up now, the
 * longest unproved first. Neither writes in Procore. Exit code 4 where something does not agree.
 */
import { Command } from "commander";
import { listFindings, listProofs, type ProofAge, type ProofFinding, type ProofOutcome } from "../../hub/index.ts";
import { exitCodes } from "../exit-codes.ts";
import { wholeNumber, withConfig, withJson } from "../flags.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { systemClock } from "../platform/index.ts";
import { sinceText } from "../report/holds-text.ts";
import { type Cell, groupDigits, left, renderTable, right } from "../report/text-table.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { openInstallation } from "../wiring/installation.ts";
import { lookAtStore } from "../wiring/store-only.ts";

type Flags = { config: string; connection?: string; json: boolean };
type RunFlags = Flags & { calls?: number };
type Seen = { proofs: ProofAge[]; findings: ProofFinding[] };

const callsMax = 10_000;
const placeOf = (projectId: number) => (projectId === 0 ? "company" : `project ${projectId}`);

function proofTable(proofs: readonly ProofAge[]): readonly string[] {
  const rows = proofs.map((proof): Cell[] => [
    proof.connection,
    placeOf(proof.projectId),
    proof.kind,
    proof.provedAt === undefined ? "never" : sinceText(proof.provedAt, systemClock.now()),
    groupDigits(proof.expected),
    proof.findings === 0 ? "0" : { text: groupDigits(proof.findings), style: "bad" },
    proof.problem ?? "",
  ]);
  const columns = [left("connection"), left("place"), left("kind"), right("proved"), right("confirmed"), right("findings")];
  return renderTable([...columns, left("not proved because")], rows, terminal.paint);
}

function findingTable(findings: readonly ProofFinding[]): readonly string[] {
  const rows = findings.map((each): Cell[] => [
    placeOf(each.projectId),
    each.originId,
    each.finding,
    each.expected,
    each.found,
    each.firstSeen.slice(0, 10),
  ]);
  const columns = ["place", "record", "finding", "confirmed", "found", "since"].map(left);
  return renderTable(columns, rows, terminal.paint);
}

function linesOf({ proofs, findings }: Seen): readonly string[] {
  if (proofs.length === 0) return ["Nothing was proved yet; `ml-connector proof run` does it now."];
  const found = findings.length === 0 ? ["Everything that was listed is as it was confirmed."] : findingTable(findings);
  return [...proofTable(proofs), "", ...found];
}

async function look(flags: Flags): Promise<Seen> {
  const seen = await lookAtStore({ configFile: flags.config, log: terminal.debug }, async ({ config, store }) => {
    const scope = flags.connection === undefined ? {} : { connection: pickConnection(config, flags.connection) };
    const query = { tenant: config.tenant, ...scope };
    return { proofs: await listProofs(store, query), findings: await listFindings(store, query) };
  });
  return seen ?? { proofs: [], findings: [] };
}

async function show(flags: Flags): Promise<void> {
  const seen = await look(flags);
  if (flags.json) terminal.json(seen);
  else terminal.printAll(linesOf(seen));
  if (seen.findings.length > 0) process.exitCode = exitCodes.different;
}

function outcomeLine({ targets, proved, calls, isWhole }: ProofOutcome): string {
  const rest = isWhole ? "" : "; the rest is due next time, or with more --calls";
  return `Looked up ${groupDigits(proved)} of ${groupDigits(targets)} listings in ${groupDigits(calls)} calls${rest}.`;
}

async function run(flags: RunFlags): Promise<void> {
  const interrupt = listenForInterrupt();
  const installation = await openInstallation({ configFile: flags.config, log: terminal.debug, onFreePort: true });
  let outcome: ProofOutcome;
  try {
    const connection = pickConnection(installation.config, flags.connection);
    const calls = flags.calls ?? installation.config.connections[connection]?.settings.proof.callsPerNight ?? 0;
    outcome = await installation.hub.prove({ connection, calls, signal: interrupt.signal });
  } finally {
    await installation.stop();
    interrupt.release();
  }
  const seen = await look(flags);
  if (flags.json) terminal.json({ ...outcome, ...seen });
  else terminal.printAll([outcomeLine(outcome), "", ...linesOf(seen)]);
  if (interrupt.signal.aborted) process.exitCode = exitCodes.interrupted;
  else if (seen.findings.length > 0) process.exitCode = exitCodes.different;
  else if (outcome.proved === 0 && outcome.targets > 0) process.exitCode = exitCodes.unfinished;
}

export function proofCommand(): Command {
  const withConnection = (each: Command) => withJson(withConfig(each)).option("--connection <name>", "only this connection");
  const list = new Command("list").description("how old each proof is, and what differs").action(show);
  const now = new Command("run")
    .description("look up now, the longest unproved first")
    .option("--calls <n>", "how many calls it may make; without it as many as in a night", wholeNumber(1, callsMax))
    .action(run);
  return new Command("proof")
    .description("whether Procore still holds what was confirmed")
    .addCommand(withConnection(list), { isDefault: true })
    .addCommand(withConnection(now));
}
