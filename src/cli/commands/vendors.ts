/**
 * `ml-connector vendors`: which vendors wait for a person, and which companies in Procore may be them; `adopt`, `create`, `ignore` and `undo` take a
 * decision down. Nothing is written to Procore here: the next run carries it out.
 */
import { Command, InvalidArgumentError } from "commander";
import { toAlpha } from "../../core/index.ts";
import { decideVendors, listLeftOut, listWaitingVendors, type VendorDecision } from "../../hub/index.ts";
import { UsageError } from "../exit-codes.ts";
import { readNote, wholeNumber, withConfig, withJson } from "../flags.ts";
import { systemClock } from "../platform/index.ts";
import { leftOutLines, vendorLines } from "../report/vendors-text.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { lookAtStore, type StoreOnly } from "../wiring/store-only.ts";
import { actor } from "./actor.ts";

type Flags = { config: string; connection?: string; json: boolean };
type ListFlags = Flags & { limit: number };
type DecideFlags = Flags & { note: string };

const waitingMax = 100_000;

const storeOptions = ({ config }: Flags) => ({
  configFile: config,
  log: terminal.debug,
});

async function list(flags: ListFlags): Promise<void> {
  const { limit } = flags;
  const found = await lookAtStore(storeOptions(flags), ({ config, store }) => {
    const scope = flags.connection === undefined ? {} : { connection: pickConnection(config, flags.connection) };
    return listWaitingVendors(store, { tenant: config.tenant, ...scope, limit });
  });
  if (flags.json) terminal.json(found ?? []);
  else terminal.printAll(vendorLines(found ?? [], limit, terminal.paint));
}

async function leftOut(flags: ListFlags): Promise<void> {
  const { limit } = flags;
  const found = await lookAtStore(storeOptions(flags), ({ config, store }) => {
    const scope = flags.connection === undefined ? {} : { connection: pickConnection(config, flags.connection) };
    return listLeftOut(store, { tenant: config.tenant, ...scope, limit });
  });
  if (flags.json) terminal.json(found ?? []);
  else terminal.printAll(leftOutLines(found ?? [], limit, terminal.paint));
}

function readVendor(text: string): string {
  const key = toAlpha(text, 10);
  if (key.ok) return key.value;
  throw new InvalidArgumentError(`"${text}" is no vendor number (LIFNR) of up to ten characters.`);
}

const readVendors = (text: string, before: readonly string[] | undefined) => [...(before ?? []), readVendor(text)];

/** The connection may be left out where there is one only. */
function connectionOf({ config }: StoreOnly, flags: Flags): string {
  return pickConnection(config, flags.connection);
}

async function decide(vendors: readonly string[], decision: VendorDecision | undefined, flags: DecideFlags): Promise<void> {
  const done = await lookAtStore(storeOptions(flags), async (opened) => {
    const connection = connectionOf(opened, flags);
    const { config, store } = opened;
    const sap = config.connections[connection]?.settings.sap;
    if (!sap) throw new Error(`Assertion failed: connection ${connection} was picked and is not there`);
    const common = {
      tenant: config.tenant,
      connection,
      sap,
      decision,
      actor: actor(),
      note: flags.note,
      atMs: systemClock.now(),
    };
    await decideVendors(
      store,
      [...new Set(vendors)].map((vendor) => ({ ...common, vendor })),
    );
    return connection;
  });
  if (done === undefined) throw new UsageError("Nothing was ever read; run `ml-connector sync` first.");
  if (flags.json) terminal.json({ connection: done, vendors, decision: decision ?? null });
  else terminal.print("Noted. The next run carries it out: ml-connector sync --flow vendors");
}

function decisionCommand(name: string, description: string): Command {
  return withJson(withConfig(new Command(name).description(description)))
    .option("--connection <name>", "the connection; may be left out where there is one only")
    .option("--note <text>", "why, for the audit trail", readNote, "");
}

function severalCommand(name: string, description: string, decision: VendorDecision | undefined): Command {
  return decisionCommand(name, description)
    .argument("<vendors...>", "vendor numbers as in SAP", readVendors)
    .action((vendors: readonly string[], flags: DecideFlags) => decide(vendors, decision, flags));
}

function adoptCommand(): Command {
  return decisionCommand("adopt", "the vendor is this company in Procore: link it and keep it as SAP has it")
    .argument("<vendor>", "vendor number as in SAP", readVendor)
    .argument("<company>", "Procore's id of the company", wholeNumber(1, 999_999_999_999))
    .action((vendor: string, companyId: number, flags: DecideFlags) => decide([vendor], { kind: "adopt", companyId }, flags));
}

function listCommand(name: string, description: string): Command {
  return withJson(withConfig(new Command(name).description(description)))
    .option("--connection <name>", "only this connection")
    .option("--limit <n>", "how many vendors", wholeNumber(1, waitingMax), 50);
}

export function vendorsCommand(): Command {
  return new Command("vendors")
    .description("vendors that wait for a decision, and deciding")
    .addCommand(listCommand("list", "who waits, which companies may be them, and why (the default)").action(list), {
      isDefault: true,
    })
    .addCommand(listCommand("left-out", "vendors of whose address a country or region could not be told").action(leftOut))
    .addCommand(adoptCommand())
    .addCommand(severalCommand("create", "the vendors are none of the companies in Procore: create them", { kind: "create" }))
    .addCommand(severalCommand("ignore", "the vendors are not kept in Procore", { kind: "ignore" }))
    .addCommand(
      severalCommand("inactivate", "the vendors, blocked everywhere in SAP, go out of use in Procore", { kind: "inactivate" }),
    )
    .addCommand(
      severalCommand("keep-active", "the vendors stay in use in Procore although SAP blocks them", { kind: "keep-active" }),
    )
    .addCommand(severalCommand("undo", "take a decision back; what was carried out stays", undefined));
}
