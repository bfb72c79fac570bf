/**
 * `ml-connector cut-over`: what stands for what is older than a project's cut-over date, in SAP and in Procore, and whether all that SAP has to date is made
 * up by it; `confirm` takes a person's word on those figures down. Writes nothing in Procore. Exit code 4 where it does not tie.
 */
import { Command } from "commander";
import { formatIsoDate, formatMoney } from "../../core/index.ts";
import type { Hub, OpeningBalance } from "../../hub/index.ts";
import { exitCodes } from "../exit-codes.ts";
import { readNote, withConfig, withJson } from "../flags.ts";
import { systemClock } from "../platform/index.ts";
import { openingLines } from "../report/cut-over-text.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { openInstallation } from "../wiring/installation.ts";
import { actor } from "./actor.ts";
import { contractCommands } from "./cut-over/contracts.ts";

type Flags = { config: string; connection?: string; project: string; json: boolean };
type ConfirmFlags = Flags & { figures: string; note: string };

async function withHub<T>(flags: Flags, work: (hub: Hub, connection: string) => Promise<T>): Promise<T> {
  const installation = await openInstallation({ configFile: flags.config, log: terminal.debug, onFreePort: true });
  try {
    return await work(installation.hub, pickConnection(installation.config, flags.connection));
  } finally {
    await installation.stop();
  }
}

/** Amounts as decimal text, as everywhere in what is printed for machines. */
function jsonOf({ rows, date, word, invoicedBefore, ...rest }: OpeningBalance) {
  const texts = rows.map(({ currency, budgetCode, state, ...amounts }) => ({
    currency,
    budgetCode,
    state,
    ...Object.fromEntries(
      Object.entries(amounts).flatMap(([name, minor]) => (minor === undefined ? [] : [[name, formatMoney({ minor, currency })]])),
    ),
  }));
  const invoiced = invoicedBefore.map((money) => ({ currency: money.currency, amount: formatMoney(money) }));
  return { ...rest, date: date ? formatIsoDate(date) : null, word: word ?? null, invoicedBefore: invoiced, rows: texts };
}

function print(balance: OpeningBalance, flags: Flags): void {
  if (flags.json) terminal.json(jsonOf(balance));
  else terminal.printAll(openingLines(balance, terminal.paint));
  if (balance.date !== undefined && !balance.isTied) process.exitCode = exitCodes.different;
}

async function show(flags: Flags): Promise<void> {
  const { project } = flags;
  print(await withHub(flags, (hub, connection) => hub.stateOpeningBalance({ connection, project })), flags);
}

async function confirm(flags: ConfirmFlags): Promise<void> {
  const { project, figures, note } = flags;
  const word = { project, figures, note, actor: actor(), atMs: systemClock.now() };
  print(await withHub(flags, (hub, connection) => hub.confirmOpeningBalance({ connection, ...word })), flags);
}

const ofProject = (name: string, description: string) =>
  withJson(withConfig(new Command(name).description(description)))
    .option("--connection <name>", "the connection; may be left out where there is one only")
    .requiredOption("--project <name>", "the project, by the name that mapping rules use");

export function cutOverCommand(): Command {
  const command = new Command("cut-over")
    .description("projects that people kept by hand before: what stands for what is older than their date")
    .addCommand(ofProject("show", "the opening balance by budget code, and whether totals tie (the default)").action(show), {
      isDefault: true,
    })
    .addCommand(
      ofProject("confirm", "the figures that were shown are the opening balance")
        .requiredOption("--figures <hash>", "what `cut-over show` calls them; others that stand there now are refused")
        .option("--note <text>", "why, for the audit trail", readNote, "")
        .action(confirm),
    );
  for (const each of contractCommands()) command.addCommand(each);
  return command;
}
