/** `ml-connector map what-if FILE`: what other rules would move, before they are used. Changes nothing; `--keep` notes it in the audit trail. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import { formatMoney, type MappingPlace, type Move, type WhatIf } from "../../../core/index.ts";
import { keepWhatIf, readWhatIf } from "../../../hub/index.ts";
import { readMapping } from "../../config/index.ts";
import { UsageError } from "../../exit-codes.ts";
import { readNote, wholeNumber, withConfig, withJson } from "../../flags.ts";
import { systemClock } from "../../platform/index.ts";
import { type Cell, groupDigits, left, renderTable, right } from "../../report/text-table.ts";
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

export const placeText = ({ project, budgetCode }: MappingPlace) => (project === "" ? "(no rule)" : `${project} ${budgetCode}`);

function moveRow({ from, to, period, currency, isPosted, lines, minor, rules }: Move): Cell[] {
  return [
    placeText(from),
    placeText(to),
    period,
    groupDigits(lines),
    `${groupDigits(formatMoney({ minor, currency }))} ${currency}`,
    isPosted ? { text: "posted: stays", style: "warn" } : "with the next run",
    rules.length > 2 ? `${rules[0]} and ${rules.length - 1} more` : rules.join(", "),
  ];
}

function whatIfLines({ moves, staying }: WhatIf, limit: number): readonly string[] {
  const stay = `${groupDigits(staying)} lines stay where they are`;
  if (moves.length === 0) return [`Nothing moves; ${stay}.`];
  const moved = moves.reduce((sum, { lines }) => sum + lines, 0);
  const head = `${groupDigits(moved)} lines would be elsewhere, ${stay}.`;
  const columns = [left("from"), left("to"), left("period"), right("lines"), right("amount"), left("moves"), left("by")];
  const rest = moves.length > limit ? [`  and ${groupDigits(moves.length - limit)} more; --limit shows them`] : [];
  const posted = moves.some(({ isPosted }) => isPosted)
    ? ["New rules act forward: what is posted stays where it was posted, until ml-connector map recode moves it."]
    : [];
  return [head, ...renderTable(columns, moves.slice(0, limit).map(moveRow), terminal.paint), ...rest, ...posted];
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
  terminal.printAll(whatIfLines(found, flags.limit));
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
