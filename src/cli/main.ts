/**
 * The command line. Every error ends in one plain sentence with its code and its remedy (`--json`: as an object), and in an exit code that
 * means something (exit-codes.ts); a stack only with ML_CONNECTOR_DEBUG=1.
 */
import { Command, CommanderError } from "commander";
import { commandsFor } from "./commands/table.ts";
import { exitCodes, failureOf } from "./exit-codes.ts";
import { terminal } from "./terminal.ts";

async function createProgram(args: readonly string[]): Promise<Command> {
  const program = new Command("ml-connector").description(
    "Keeps Procore's vendors, purchase order contracts and direct costs equal to SAP ECC, and proves it to the cent.",
  );
  const creates = await Promise.all(commandsFor(args).map((load) => load()));
  for (const create of creates) program.addCommand(create());
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
    const program = await createProgram(args);
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error, args.includes("--json"));
  }
}

await main(process.argv.slice(2));
