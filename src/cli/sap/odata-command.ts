/**
 * `sap odata map`: drafts the mapping file of a Gateway service from its `$metadata`, a few rows of each set, and what each set does with a filter, a page
 * and a count. It writes what it saw and marks what it could not see; nothing else is read with it before a person has looked.
 */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { stringify } from "yaml";
import { policyOfFlows, type SapDesk } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import {
  type Draft,
  type DraftedTable,
  draftMap,
  errorCodeOf,
  fetchMetadata,
  probeSet,
  type ReadFailure,
  type Samples,
  type ServiceMetadata,
  type SetProbe,
  type Wanted,
} from "../../sap/index.ts";
import { UsageError } from "../exit-codes.ts";
import { terminal } from "../terminal.ts";
import { type DeskFlags, withDesk } from "./open-desk.ts";

type Flags = DeskFlags & { service: string; out?: string };

const metadataTimeoutMs = 120_000;

function faultOf(place: string, failure: ReadFailure): Fault {
  if (failure.cause === "rfc")
    return new Fault(errorCodeOf(failure.failure), { place, detail: `${failure.failure.key}: ${failure.failure.detail}` });
  return new Fault("sap.protocol", { place, detail: failure.detail });
}

async function readService(desk: SapDesk, service: string, wanted: Wanted): Promise<ServiceMetadata> {
  const [table = ""] = Object.keys(wanted);
  const read = await fetchMetadata(desk.gateway, { service, table, timeoutMs: metadataTimeoutMs });
  if (read.kind === "failure") throw faultOf(service, read);
  return read.metadata;
}

type Probed = { table: string; probe: SetProbe | undefined; why: string };

async function probeSets(desk: SapDesk, service: string, metadata: ServiceMetadata, draft: Draft): Promise<readonly Probed[]> {
  const probed: Probed[] = [];
  for (const { table, mapped } of draft.tables) {
    const set = metadata.sets.get(mapped.set);
    if (!set) continue;
    const probe = await probeSet(desk.gateway, service, set, { name: table, fields: mapped.fields });
    if ("kind" in probe) probed.push({ table, probe: undefined, why: `${probe.key}: ${probe.detail}` });
    else probed.push({ table, probe, why: "" });
  }
  return probed;
}

/** What the service does, rather than what it declares. */
function withProbe({ table, mapped }: DraftedTable, probed: readonly Probed[]): object {
  const probe = probed.find((each) => each.table === table)?.probe;
  const { set, pageSize, fields, ignored } = mapped;
  return {
    set,
    pageSize,
    paging: probe?.skip === true ? "skip" : "next",
    count: probe?.count ?? false,
    filter: probe?.filter === false ? "ignored" : "honoured",
    fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, shortened(field)])),
    ignored,
  };
}

/** Without what the schema says anyway. */
function shortened({ property, type, length, decimals, isKey, keyForm, amount, currency, isFilterable }: DraftedField): object {
  return {
    property,
    type,
    length,
    ...(decimals === 0 ? {} : { decimals }),
    ...(isKey ? { isKey } : {}),
    ...(keyForm === "padded" ? {} : { keyForm }),
    ...(amount === "raw" ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
    ...(isFilterable ? {} : { isFilterable }),
  };
}
type DraftedField = DraftedTable["mapped"]["fields"][string];

function notesOf({ tables, notFound, unusedSets }: Draft, probed: readonly Probed[]): string[] {
  const unknown = tables.flatMap(({ table, mapped }) =>
    Object.entries(mapped.fields).flatMap(([name, { keyForm, amount }]) =>
      keyForm === "unknown" || amount === "unknown" ? [`${table}.${name}`] : [],
    ),
  );
  const wordless = (probe: SetProbe | undefined) => probe !== undefined && probe.filter === undefined;
  return [
    ...probed.flatMap(({ table, why }) => (why === "" ? [] : [`${table}: its rows could not be read: ${why}`])),
    ...probed.flatMap(({ table, probe }) =>
      wordless(probe) ? [`${table}: has no rows; whether it filters could not be seen`] : [],
    ),
    ...probed.flatMap(({ table, probe }) =>
      probe?.filter === false ? [`${table}: its set ignores $filter; only a small table can be read so`] : [],
    ),
    ...tables.flatMap(({ table, missing }) => (missing.length === 0 ? [] : [`${table}: no property for ${missing.join(", ")}`])),
    ...(notFound.length === 0 ? [] : [`no entity set for ${notFound.join(", ")}`]),
    ...(unusedSets.length === 0 ? [] : [`sets that hold none of the tables: ${unusedSets.slice(0, 20).join(", ")}`]),
    ...(unknown.length === 0 ? [] : [`unknown, and to be filled in: ${unknown.join(", ")}`]),
  ];
}

async function drafted(desk: SapDesk, service: string, wanted: Wanted): Promise<{ text: string; notes: string[] }> {
  const metadata = await readService(desk, service, wanted);
  const first = draftMap(metadata, wanted, {});
  const probed = await probeSets(desk, service, metadata, first);
  const samples: Samples = Object.fromEntries(
    probed.flatMap(({ table, probe }) => {
      const set = first.tables.find((each) => each.table === table)?.mapped.set;
      return set && probe ? [[set, probe.rows]] : [];
    }),
  );
  const draft = draftMap(metadata, wanted, samples);
  const tables = Object.fromEntries(draft.tables.map((each) => [each.table, withProbe(each, probed)]));
  const text = stringify({ version: 1, service, tables }, { lineWidth: 160, flowCollectionPadding: true });
  return { text, notes: notesOf(draft, probed) };
}

const alreadyThere = (file: string) =>
  new Fault("config.invalid", { place: file, detail: "it is there already; give another name or take it away" });

async function map(flags: Flags): Promise<void> {
  const service = flags.service.replace(/\/+$/, "");
  if (!/^\/sap\/opu\/odata\/[\w./;=-]+$/.test(service))
    throw new UsageError(`"${service.slice(0, 60)}" is no path of a service such as /sap/opu/odata/sap/ZMLC_SRV.`);
  if (flags.out !== undefined && existsSync(flags.out)) throw alreadyThere(flags.out);
  await withDesk(flags, Object.keys(policyOfFlows.tables), async (desk, { policy }) => {
    const wanted: Wanted = Object.fromEntries(
      Object.entries(policy.tables).map(([table, fields]) => {
        const own: readonly string[] = fields === "*" ? (policyOfFlows.tables[table] ?? []) : fields;
        return [table, own];
      }),
    );
    const { text, notes } = await drafted(desk, service, wanted);
    for (const note of notes) terminal.note(note);
    if (flags.out === undefined) return terminal.print(text.trimEnd());
    await writeFile(flags.out, text, { flag: "wx", mode: 0o644 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") throw alreadyThere(flags.out ?? "");
      throw new Fault("config.invalid", { place: flags.out ?? "", detail: `cannot be written (${error.code})` });
    });
    terminal.print(`${flags.out} is written: look through it, fill in what is unknown, and name it as sap.odata.services.`);
  });
}

export function odataCommand(withDeskFlags: (command: Command) => Command): Command {
  const odata = new Command("odata").description("SAP Gateway as another door to the same tables");
  withDeskFlags(odata.command("map").description("drafts the mapping file of a service"))
    .requiredOption("--service <path>", "its path, such as /sap/opu/odata/sap/ZMLC_SRV")
    .option("--out <file>", "where it is written; without it to the terminal")
    .action(map);
  return odata;
}
