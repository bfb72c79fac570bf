/**
 * `ml-connector sap`: SAP's tables for a person at a terminal. `probe` what this system has and allows, `tables` which there are, `describe` one,
 * `read` its rows. Reads only, needs no store, and asks nothing that the agent's policy does not allow.
 */
import { Command, Option } from "commander";
import { placeOf } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import { errorCodeOf, readLeaves } from "../../sap/index.ts";
import { UsageError } from "../exit-codes.ts";
import { wholeNumber, withConfig, withJson } from "../flags.ts";
import { describedLines, describedRows } from "../sap/described.ts";
import { odataCommand } from "../sap/odata-command.ts";
import { type DeskFlags, passwordVariable, withDesk } from "../sap/open-desk.ts";
import { lookAtDoors, tellDoor } from "../sap/probe-doors.ts";
import { probeSystem } from "../sap/probe-system.ts";
import { describeTable, readTable } from "../sap/read-table.ts";
import { terminal } from "../terminal.ts";

const tableShape = /^(?:\/[A-Z0-9_]{1,10}\/)?[A-Z][A-Z0-9_]*$/;

function tableName(text: string): string {
  const name = text.toUpperCase();
  if (name.length > 30 || !tableShape.test(name)) throw new UsageError(`"${text.slice(0, 40)}" is no table name.`);
  return name;
}

function withDeskFlags(command: Command): Command {
  return withConfig(command)
    .option("--connection <name>", "the connection, where the configuration has several")
    .option(
      "--url <address>",
      `without configuration: https://host:44300/sap/bc/soap/rfc (password from ${passwordVariable}, or asked for)`,
    )
    .option("--client <number>", "with --url: the SAP client")
    .option("--user <name>", "with --url: the SAP user")
    .option("--language <letters>", "with --url: the logon language")
    .option("--plain-http", "with --url: allow http, which sends the password readable", false);
}

type ReadFlags = DeskFlags & { fields?: string; where?: string; limit?: number; csv: boolean; json: boolean };

async function read(name: string, flags: ReadFlags): Promise<void> {
  const table = tableName(name);
  if (flags.csv && flags.json) throw new UsageError("Give --csv or --json, not both.");
  const format = flags.csv ? "csv" : flags.json ? "json" : "table";
  const fields = flags.fields
    ?.split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");
  if (fields?.includes("*"))
    throw new UsageError("Name the fields; * is never asked of SAP. Without --fields all readable ones are read.");
  const { where, limit } = flags;
  const asked = {
    table,
    format,
    ...(fields ? { fields } : {}),
    ...(where === undefined ? {} : { where }),
    ...(limit === undefined ? {} : { limit }),
  } as const;
  await withDesk(flags, [table], (desk) => readTable(desk, asked));
}

async function describe(name: string, flags: DeskFlags & { json: boolean }): Promise<void> {
  const table = tableName(name);
  await withDesk(flags, [table], async (desk) => {
    const description = await describeTable(desk, table);
    if (flags.json) terminal.json(describedRows(description));
    else terminal.printAll(describedLines(description, terminal.paint));
  });
}

const textTables = ["DD02L", "DD02T"];

async function tables(pattern: string | undefined, flags: DeskFlags & { json: boolean }): Promise<void> {
  const wanted = pattern?.toUpperCase().replaceAll("*", "");
  if (wanted !== undefined && !/^[A-Z0-9_/]{1,30}$/.test(wanted))
    throw new UsageError("The pattern is the beginning of a table's name, such as EK*.");
  await withDesk(flags, textTables, async (desk, settings) => {
    const isAllowed = textTables.every((table) => Object.hasOwn(settings.policy.tables, table));
    if (!isAllowed) {
      const allowed = Object.keys(settings.policy.tables)
        .filter((table) => table.startsWith(wanted ?? ""))
        .sort();
      terminal.note("The policy does not allow DD02L and DD02T: these are the tables that it allows.");
      if (flags.json) terminal.json(allowed.map((table) => ({ table, text: "" })));
      else terminal.printAll(allowed);
      return;
    }
    const found = await listTables(desk, wanted ?? "");
    if (flags.json) terminal.json(found);
    else terminal.printAll(found.map(({ table, text }) => `${table.padEnd(30)}  ${text}`.trimEnd()));
    terminal.note(`${found.length} tables`);
  });
}

async function listTables(
  desk: Parameters<Parameters<typeof withDesk>[2]>[0],
  beginning: string,
): Promise<{ table: string; text: string }[]> {
  const starts = beginning === "" ? {} : { where: { kind: "starts-with", field: "TABNAME", value: beginning } as const };
  const rowsOf = async (table: string, fields: readonly string[], keyFields: readonly string[]) => {
    const rows = [];
    for await (const leaf of readLeaves(desk.reader, { table, fields, keyFields, rowsPerLeaf: 5_000, ...starts }))
      rows.push(...leaf.rows);
    return rows;
  };
  const texts = new Map<string, string>();
  for (const row of await rowsOf("DD02T", ["TABNAME", "DDLANGUAGE", "DDTEXT"], ["TABNAME", "DDLANGUAGE"]))
    if (row.DDLANGUAGE === "E" || !texts.has(row.TABNAME ?? "")) texts.set(row.TABNAME ?? "", row.DDTEXT ?? "");
  const rows = await rowsOf("DD02L", ["TABNAME", "TABCLASS"], ["TABNAME"]);
  return rows
    .filter((row) => ["TRANSP", "CLUSTER", "POOL", "VIEW"].includes(row.TABCLASS ?? ""))
    .map((row) => ({ table: row.TABNAME ?? "", text: texts.get(row.TABNAME ?? "") ?? "" }))
    .sort((left, right) => (left.table < right.table ? -1 : 1));
}

async function probe(flags: DeskFlags & { json: boolean; table?: string[] }): Promise<void> {
  const asked = (flags.table ?? []).map(tableName);
  await withDesk(flags, asked, async (desk, settings, ports) => {
    const { doors, system } = await lookAtDoors({ desk, settings, ports });
    if (!flags.json) for (const door of doors) tellDoor(door);
    if (system instanceof Fault) {
      // Nothing more can be asked by RFC; the others are told all the same.
      if (flags.json && doors.length > 1) terminal.json({ doors });
      throw system;
    }
    const found = await desk.readers();
    if (found.kind === "failure")
      throw new Fault(errorCodeOf(found), { place: placeOf(settings), detail: `${found.key}: ${found.detail}` });
    await probeSystem(desk, { settings, system, doors, readers: found.readers, tables: asked, isJson: flags.json });
  });
}

export function sapCommand(): Command {
  const sap = new Command("sap").description("SAP's tables for a person at a terminal; reads only");
  withJson(
    withDeskFlags(sap.command("probe").description("what this system is, which readers it has, and which serves each table")),
  )
    .addOption(new Option("--table <name...>", "these tables; without it all of the policy"))
    .action(probe);
  withJson(withDeskFlags(sap.command("tables [pattern]").description("tables by the beginning of their names"))).action(tables);
  withJson(withDeskFlags(sap.command("describe <table>").description("fields with type, length, key and text"))).action(describe);
  withJson(withDeskFlags(sap.command("read <table>").description("rows of a table")))
    .option("--fields <names>", "columns, separated by commas; without it all that can be read")
    .option("--where <filter>", "for example \"BUKRS = '1200' and BUDAT >= 2024-01-01\"")
    .option("--limit <rows>", "at most so many rows", wholeNumber(1, 100_000_000))
    .option("--csv", "rows as CSV, in SAP's internal form", false)
    .action(read);
  sap.addCommand(odataCommand(withDeskFlags));
  return sap;
}
