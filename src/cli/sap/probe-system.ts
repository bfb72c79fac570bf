/** `sap probe`: the system, its readers, and table by table which of them serves it, or what stands in the way and who can mend it. */
import type { AgentSettings, SapDesk } from "../../agent/index.ts";
import { describeError } from "../../core/index.ts";
import { errorCodeOf, type FoundReader, type ReadFailure, type SystemProbe } from "../../sap/index.ts";
import { exitCodes } from "../exit-codes.ts";
import { terminal } from "../terminal.ts";
import { readableFields } from "./described.ts";
import type { Door } from "./probe-doors.ts";

export type ProbeAsked = {
  settings: AgentSettings;
  system: SystemProbe;
  doors: readonly Door[];
  readers: readonly FoundReader[];
  tables: readonly string[];
  isJson: boolean;
};

type TableFinding = { table: string; ok: boolean; reader: string; width: number; detail: string; next: string };

export async function probeSystem(desk: SapDesk, asked: ProbeAsked): Promise<void> {
  const { system, doors } = asked;
  const names = asked.tables.length > 0 ? asked.tables : Object.keys(asked.settings.policy.tables).sort();
  if (!asked.isJson) tellSystem(system, asked.readers);
  const findings: TableFinding[] = [];
  for (const table of names) {
    const finding = await probeTable(desk, table, asked.settings);
    findings.push(finding);
    if (!asked.isJson) tellTable(finding);
  }
  const { calls, milliseconds } = desk.receipt();
  if (asked.isJson)
    terminal.json({
      doors,
      system,
      readers: asked.readers.map(({ reader, dialects, why }) => ({ reader, isPresent: dialects.length > 0, why })),
      tables: findings,
    });
  else terminal.note(`${calls} calls, ${Math.round(milliseconds / 100) / 10} s of SAP's time`);
  if ([...findings, ...doors].some(({ ok }) => !ok)) process.exitCode = exitCodes.configuration;
}

function tellSystem(system: SystemProbe, readers: readonly FoundReader[]): void {
  terminal.print(
    `${system.systemId}, client ${system.client}, release ${system.release}, kernel ${system.kernel}, on ${system.host}, as ${system.user}`,
  );
  if (!system.isUnicodeSafe) terminal.print(terminal.paint("text outside ASCII does not come back as it was sent", "bad"));
  for (const { reader, dialects, why } of readers) {
    const mark = dialects.length > 0 ? terminal.paint("ok  ", "good") : terminal.paint("-   ", "dim");
    terminal.print(`${mark} ${reader.padEnd(24)} ${why}`);
  }
}

/** One row of the allowed fields: the least that shows that the table can be read. */
async function probeTable(desk: SapDesk, table: string, { policy }: AgentSettings): Promise<TableFinding> {
  const described = await desk.dictionary.describe(table);
  if (described.kind === "failure") return failed(table, { kind: "failure", cause: "rfc", failure: described });
  const allowed = policy.tables[table] ?? "*";
  const readable = readableFields(described.description);
  const fields = readable.filter(({ name }) => allowed === "*" || allowed.includes(name));
  const outcome = await desk.reader.read({ table, fields: fields.map(({ name }) => name), rowsMax: 1 });
  if (outcome.kind === "failure") return failed(table, outcome);
  const choice = desk.reader.choices?.().find((each) => each.table === table);
  const width = fields.reduce((sum, { length }) => sum + length, 0);
  return { table, ok: true, reader: choice?.reader ?? "", width, detail: choice?.why ?? "", next: "" };
}

function failed(table: string, failure: ReadFailure): TableFinding {
  const nothing = { table, ok: false, reader: "", width: 0 };
  if (failure.cause !== "rfc") return { ...nothing, detail: failure.detail, next: "" };
  const { next } = describeError(errorCodeOf(failure.failure));
  return { ...nothing, detail: `${failure.failure.key}: ${failure.failure.detail}`, next };
}

function tellTable({ table, ok, reader, width, detail, next }: TableFinding): void {
  const mark = ok ? terminal.paint("ok  ", "good") : terminal.paint("FAIL", "bad");
  const found = ok
    ? `${reader}, ${width} characters${detail === "" ? "" : ` (${detail})`}`
    : [detail, next].filter((each) => each !== "").join(" ");
  terminal.print(`${mark} ${table.padEnd(16)} ${found}`);
}
