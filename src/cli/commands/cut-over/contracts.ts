/**
 * `ml-connector cut-over contracts`: which older purchase orders wait for a person, and which contracts that people made may be them; `adopt`, `create`,
 * `leave-out` and `undo` take a decision down. Nothing is written to Procore here: the next run carries it out.
 */
import { Command, InvalidArgumentError } from "commander";
import { toAlpha } from "../../../core/index.ts";
import { type ContractDecision, decideContracts, listWaitingContracts } from "../../../hub/index.ts";
import { UsageError } from "../../exit-codes.ts";
import { readNote, wholeNumber, withConfig, withJson } from "../../flags.ts";
import { systemClock } from "../../platform/index.ts";
import { waitingContractLines } from "../../report/cut-over-text.ts";
import { terminal } from "../../terminal.ts";
import { pickConnection } from "../../wiring/connections.ts";
import { lookAtStore } from "../../wiring/store-only.ts";
import { actor } from "../actor.ts";

type Flags = { config: string; connection?: string; project?: string; json: boolean };
type ListFlags = Flags & { limit: number };
type DecideFlags = Flags & { note: string };

const waitingMax = 100_000;
const storeOptions = ({ config }: Flags) => ({ configFile: config, log: terminal.debug });

async function list(flags: ListFlags): Promise<void> {
  const { project, limit } = flags;
  const found = await lookAtStore(storeOptions(flags), ({ config, store }) => {
    const scope = flags.connection === undefined ? {} : { connection: pickConnection(config, flags.connection) };
    return listWaitingContracts(store, { tenant: config.tenant, ...scope, ...(project === undefined ? {} : { project }), limit });
  });
  if (flags.json) terminal.json(found ?? []);
  else terminal.printAll(waitingContractLines(found ?? [], terminal.paint));
}

function readOrder(text: string): string {
  const key = toAlpha(text, 10);
  if (key.ok) return key.value;
  throw new InvalidArgumentError(`"${text}" is no purchase order number (EBELN) of up to ten characters.`);
}

const readOrders = (text: string, before: readonly string[] | undefined) => [...(before ?? []), readOrder(text)];

async function decide(orders: readonly string[], decision: ContractDecision | undefined, flags: DecideFlags): Promise<void> {
  const { note, project } = flags;
  const done = await lookAtStore(storeOptions(flags), async ({ config, store }) => {
    const connection = pickConnection(config, flags.connection);
    const common = { tenant: config.tenant, connection, project, decision, note, actor: actor(), atMs: systemClock.now() };
    return decideContracts(
      store,
      [...new Set(orders)].map((order) => ({ ...common, order })),
    );
  });
  if (done === undefined) throw new UsageError("Nothing was ever read; run `ml-connector sync` first.");
  if (flags.json) terminal.json({ orders, projects: done, decision: decision ?? null });
  else terminal.print("Noted. The next run carries it out: ml-connector sync --flow purchase-orders");
}

function decisionCommand(name: string, description: string): Command {
  return withJson(withConfig(new Command(name).description(description)))
    .option("--connection <name>", "the connection; may be left out where there is one only")
    .option("--project <name>", "the project; may be left out where the order waits in one only")
    .option("--note <text>", "why, for the audit trail", readNote, "");
}

function severalCommand(name: string, description: string, decision: ContractDecision | undefined): Command {
  return decisionCommand(name, description)
    .argument("<orders...>", "purchase order numbers as in SAP", readOrders)
    .action((orders: readonly string[], flags: DecideFlags) => decide(orders, decision, flags));
}

function adoptCommand(): Command {
  return decisionCommand("adopt", "the order is this contract in Procore: link it, and let flow what SAP changes from now on")
    .argument("<order>", "purchase order number as in SAP", readOrder)
    .argument("<contract>", "Procore's id of the contract", wholeNumber(1, 999_999_999_999))
    .action((order: string, contractId: number, flags: DecideFlags) => decide([order], { kind: "adopt", contractId }, flags));
}

export function contractCommands(): Command[] {
  return [
    withJson(
      withConfig(new Command("contracts").description("older purchase orders that wait, and the contracts that may be them")),
    )
      .option("--connection <name>", "only this connection")
      .option("--project <name>", "only this project")
      .option("--limit <n>", "how many orders", wholeNumber(1, waitingMax), 50)
      .action(list),
    adoptCommand(),
    severalCommand("create", "the orders are none of the contracts in Procore: create them after all", { kind: "create" }),
    severalCommand("leave-out", "the orders stay people's: the opening balance stands for them", { kind: "leave-out" }),
    severalCommand("undo", "take a decision back; what was carried out stays", undefined),
  ];
}
