/**
 * The command line. Every error ends in one plain sentence with its code and its remedy (`--json`: as an object), and in an exit code that
 * means something (exit-codes.ts); a stack only with ML_CONNECTOR_DEBUG=1.
 */
import { Command, CommanderError } from "commander";
import { approvalsCommand } from "./commands/approvals.ts";
import { auditCommand } from "./commands/audit.ts";
import { configCommand } from "./commands/config.ts";
import { cutOverCommand } from "./commands/cut-over.ts";
import { demoCommand } from "./commands/demo.ts";
import { editsCommand } from "./commands/edits.ts";
import { explainCommand } from "./commands/explain.ts";
import { fitCommand } from "./commands/fit.ts";
import { holdsCommand } from "./commands/holds.ts";
import { idocsCommand } from "./commands/idocs.ts";
import { initCommand } from "./commands/init.ts";
import { ledgerCommand } from "./commands/ledger.ts";
import { mapCommand } from "./commands/map.ts";
import { periodsCommand } from "./commands/periods.ts";
import { pingCommand } from "./commands/ping.ts";
import { proofCommand } from "./commands/proof.ts";
import { reconcileCommand } from "./commands/reconcile.ts";
import { runsCommand } from "./commands/runs.ts";
import { sandboxCommand } from "./commands/sandbox.ts";
import { sapCommand } from "./commands/sap.ts";
import { scheduleCommand } from "./commands/schedule.ts";
import { startCommand } from "./commands/start.ts";
import { planCommand, syncCommand } from "./commands/sync.ts";
import { vendorsCommand } from "./commands/vendors.ts";
import { webhooksCommand } from "./commands/webhooks.ts";
import { exitCodes, failureOf } from "./exit-codes.ts";
import { terminal } from "./terminal.ts";

function createProgram(): Command {
  const program = new Command("ml-connector").description(
    "Keeps Procore's vendors, purchase order contracts and direct costs equal to SAP ECC, and proves it to the cent.",
  );
  const commands = [demoCommand, initCommand, pingCommand, fitCommand, syncCommand, startCommand, runsCommand, holdsCommand];
  for (const create of [
    ...commands,
    planCommand,
    approvalsCommand,
    vendorsCommand,
    cutOverCommand,
    explainCommand,
    mapCommand,
    editsCommand,
    webhooksCommand,
    scheduleCommand,
    periodsCommand,
    proofCommand,
    reconcileCommand,
    idocsCommand,
    sapCommand,
    ledgerCommand,
    auditCommand,
    configCommand,
    sandboxCommand,
  ])
    program.addCommand(create());
  exitByError(program);
  return program;
}

/** Commander would end the process by itself, with 1 for a misspelt flag. */
function exitByError(command: Command): void {
  command.exitOverride().showSuggestionAfterError();
  command.commands.forEach(exitByError);
}

function report(error: unknown, isJson: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.configuration;
  const { exitCode, sentence, ...rest } = failureOf(error);
  if (isJson) terminal.json({ error: { ...rest, message: sentence, exitCode } });
  else terminal.note(`ml-connector: ${sentence}`);
  if (error instanceof Error) terminal.debug(error.stack ?? "");
  return exitCode;
}

export async function main(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error, args.includes("--json"));
  }
}

await main(process.argv.slice(2));
