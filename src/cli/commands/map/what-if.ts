/** `ml-connector map what-if FILE`: what other rules would move, before they are used. Changes nothing; `--keep` notes it in the audit trail. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { keepWhatIf, readWhatIf } from "../../../hub/index.ts";
import { readMapping } from "../../config/index.ts";
import { UsageError } from "../../exit-codes.ts";
import { readNote, wholeNumber, withConfig, withJson } from "../../flags.ts";
import { systemClock } from "../../platform/index.ts";
import { whatIfLines } from "../../report/what-if-text.ts";
import { terminal } from "../../terminal.ts";
import { pickConnection } from "../../wiring/connections.ts";
import { lookAtStore } from "../../wiring/store-only.ts";
import { actor } from "../actor.ts";

type Flags = { config: string; connection?: string; json: boolean; limit: number; keep: boolean; note: string };

async function readRules(file: string) {
  const path = resolve(file);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UsageError(`The rules cannot be read from ${path}: ${error instanceof Error ? error.message : String(error)}`);
  });
  return readMapping(path, text);
}

async function tell(file: string, flags: Flags): Promise<void> {
  const after = await readRules(file);
  const found = await lookAtStore({ configFile: flags.config, log: terminal.debug }, async ({ config, store }) => {
    const connection = pickConnection(config, flags.connection);
    const before = config.connections[connection]?.mapping;
    if (!before) throw new Error("Assertion failed: a picked connection is not there");
    const ask = { tenant: config.tenant, connection, before, after };
    const moves = await readWhatIf(store, ask);
    if (flags.keep) await keepWhatIf(store, ask, moves, { actor: actor(), note: flags.note, atMs: systemClock.now() });
    return { connection, before: before.version, after: after.version, ...moves };
  });
  if (!found) throw new UsageError("No cost line was read yet; run `ml-connector sync` or `ml-connector plan` first.");
  if (flags.json) return terminal.json(found);
  terminal.printAll(whatIfLines(found, flags.limit, terminal.paint));
}

export function whatIfCommand(): Command {
  return withJson(withConfig(new Command("what-if").description("what other rules would move of what was read; changes nothing")))
    .argument("<file>", "the rules to try, CSV or YAML")
    .option("--connection <name>", "which connection's mapping")
    .option("--limit <n>", "how many moves", wholeNumber(1, 10_000), 30)
    .option("--keep", "note in the audit trail what would move, with both versions of the rules", false)
    .option("--note <text>", "why, for the audit trail", readNote, "")
    .action(tell);
}
