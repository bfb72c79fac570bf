/**
 * Finds out what the other side is and can: the system, its release and the logon client; and which tables and fields exist and may be
 * shown, without reading a row (`NO_DATA`, sap-rfc 1.11). Probed, never assumed. A failed probe is the failure itself, for `ping` to say.
 */
import type { RfcClient, RfcFailure, RfcOutcome, RfcParameters } from "../../ports/index.ts";
import { trimRight } from "./abap-values.ts";
import { failure } from "./soap-failure.ts";

export type SystemProbe = {
  kind: "system";
  systemId: string;
  client: string;
  user: string;
  release: string;
  kernel: string;
  host: string;
  database: string;
  /** Seconds east of UTC as SAP tells them, or undefined when it does not. */
  timeZoneSeconds: number | undefined;
  /** Whether text outside ASCII came back as it was sent. */
  isUnicodeSafe: boolean;
};

export type TableProbe =
  | { kind: "readable"; table: string; missingFields: readonly string[] }
  | { kind: "failure"; table: string; failure: RfcFailure };

const timeoutMs = 30_000;
const echo = "ml-connector  <&\"'> äöü€ ſ 例";

export async function probe(client: RfcClient): Promise<SystemProbe | RfcFailure> {
  const ping = await client.call({ function: "RFC_PING", parameters: {}, tables: [], timeoutMs });
  if (ping.kind === "failure") return ping;
  const info = await client.call({ function: "RFC_SYSTEM_INFO", parameters: {}, tables: [], timeoutMs });
  if (info.kind === "failure") return info;
  const system = structureOf(info.values, "RFCSI_EXPORT");
  if (system === undefined) return failure("protocol", "RFC_SYSTEM_INFO", "SAP described itself without RFCSI_EXPORT.");
  const connection = await client.call({ function: "STFC_CONNECTION", parameters: { REQUTEXT: echo }, tables: [], timeoutMs });
  if (connection.kind === "failure") return connection;
  const said = textOf(connection.values, "RESPTEXT");
  const field = (name: string) => (system[name] ?? "").trim();
  return {
    kind: "system",
    systemId: field("RFCSYSID"),
    ...logonData(said),
    release: field("RFCSAPRL"),
    kernel: field("RFCKERNRL"),
    // RFCHOST holds 8 characters; newer releases give the whole name beside it.
    host: field("RFCHOST2") || field("RFCHOST"),
    database: field("RFCDATABS"),
    timeZoneSeconds: /^-?\d+$/.test(field("RFCTZONE")) ? Number(field("RFCTZONE")) : undefined,
    isUnicodeSafe: trimRight(textOf(connection.values, "ECHOTEXT")) === echo,
  };
}

/** RESPTEXT ends in `Logon_Data: 250/USER/E` (sap-rfc 2.2.2 [C]). */
function logonData(text: string): { client: string; user: string } {
  const [, client = "", user = ""] = /Logon_Data:\s*(\d{3})\/([^/]*)\//.exec(text) ?? [];
  return { client, user: user.trim() };
}

/** One cheap call a table, one after the other: it is a look, not a load. */
export async function probeTables(
  client: RfcClient,
  wanted: Readonly<Record<string, readonly string[]>>,
): Promise<readonly TableProbe[]> {
  const probes: TableProbe[] = [];
  for (const [table, fields] of Object.entries(wanted)) {
    const outcome = await client.call({
      function: "RFC_READ_TABLE",
      parameters: { QUERY_TABLE: table, NO_DATA: "X" },
      tables: ["DATA", "FIELDS", "OPTIONS"],
      timeoutMs,
    });
    probes.push(toTableProbe(table, fields, outcome));
    // Nothing that follows would be answered differently, and a second bad logon would count.
    if (outcome.kind === "failure" && ["logon", "not-active"].includes(outcome.class)) break;
  }
  return probes;
}

function toTableProbe(table: string, fields: readonly string[], outcome: RfcOutcome): TableProbe {
  if (outcome.kind === "failure") return { kind: "failure", table, failure: outcome };
  const { FIELDS: rows } = outcome.values;
  const there = new Set(
    Array.isArray(rows) ? rows.map((row: Readonly<Record<string, string>>) => (row.FIELDNAME ?? "").trim()) : [],
  );
  return { kind: "readable", table, missingFields: fields.filter((name) => !there.has(name)) };
}

function textOf(values: RfcParameters, name: string): string {
  const value = values[name];
  return typeof value === "string" ? value : "";
}

function structureOf(values: RfcParameters, name: string): Readonly<Record<string, string>> | undefined {
  const value = values[name];
  return value === undefined || typeof value === "string" || Array.isArray(value)
    ? undefined
    : (value as Readonly<Record<string, string>>);
}
