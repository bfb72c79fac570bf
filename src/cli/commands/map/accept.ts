/**
 * `ml-connector map accept FILE`: the rows of a file of proposals that a person marked, beside the rules of today. Shows what would move; with `--out` it writes the
 * rules of both as a new file and notes in the audit trail who took them. The mapping in use is not touched: it changes when a person puts the new file in its place.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { Command } from "commander";
import { besideRules, compileMapping, Fault, type Mapping, type MappingRule } from "../../../core/index.ts";
import { noteAccepted, readWhatIf } from "../../../hub/index.ts";
import { readProposalFile } from "../../config/index.ts";
import { mappingCsv, mappingYaml } from "../../config/write-mapping.ts";
import { UsageError } from "../../exit-codes.ts";
import { readNote, wholeNumber, withConfig, withJson } from "../../flags.ts";
import { systemClock } from "../../platform/index.ts";
import { groupDigits } from "../../report/text-table.ts";
import { whatIfLines } from "../../report/what-if-text.ts";
import { terminal } from "../../terminal.ts";
import { pickConnection } from "../../wiring/connections.ts";
import { lookAtStore, type StoreOnly } from "../../wiring/store-only.ts";
import { actor } from "../actor.ts";

type Flags = { config: string; connection?: string; json: boolean; limit: number; out?: string; note: string };

async function readMarked(file: string) {
  const path = resolve(file);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UsageError(`The proposals cannot be read from ${path}: ${error instanceof Error ? error.message : String(error)}`);
  });
  const marked = readProposalFile(path, bytes);
  if (marked.rules.length > 0) return { path, ...marked };
  throw new UsageError(`No row of ${path} is marked: write yes into its column "accept" before what you take.`);
}

/** Both names of a tie: of the rule in the mapping and of the row in the file. */
function merge(path: string, before: Mapping, accepted: readonly MappingRule[]): Mapping {
  const merged = compileMapping([...before.rules, ...accepted]);
  if (merged.ok) return merged.value;
  const [first, ...others] = merged.error;
  const more = others.length === 0 ? "" : ` (${others.length} more problems)`;
  const detail = `${first?.rules.join(" and ")} cannot stand together: ${first?.detail}${more}`;
  throw new Fault("mapping.invalid", { place: path, detail });
}

async function writeRules(file: string, { rules }: Mapping): Promise<void> {
  const text = /\.ya?ml$/i.test(file) ? mappingYaml(rules) : mappingCsv(rules);
  await writeFile(file, text, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") throw new UsageError(`${file} is there already; give the new rules another name.`);
    throw new UsageError(`The new rules cannot be written to ${file}: ${error.message}`);
  });
}

/** Rows that rank before a rule of today on keys that it holds: the person may mean that, and should know (ruling 29). */
function taking(before: Mapping, accepted: readonly MappingRule[]): readonly string[] {
  const clash = besideRules(before.rules);
  return accepted.flatMap((rule) => {
    const found = clash(rule);
    return found ? [`${rule.name} ${found.why} ${found.rule}`] : [];
  });
}

type Marked = Awaited<ReturnType<typeof readMarked>>;

async function work({ config, store }: StoreOnly, marked: Marked, flags: Flags) {
  const connection = pickConnection(config, flags.connection);
  const given = config.connections[connection];
  if (!given) throw new Error("Assertion failed: a picked connection is not there");
  const { mapping: before, mappingFile } = given;
  const after = merge(marked.path, before, marked.rules);
  const moves = await readWhatIf(store, { tenant: config.tenant, connection, before, after });
  const found = {
    connection,
    mappingFile,
    before: before.version,
    after: after.version,
    accepted: marked.rules.length,
    taking: taking(before, marked.rules),
    ...moves,
  };
  if (flags.out === undefined) return found;
  const file = resolve(flags.out);
  const by = { actor: actor(), note: flags.note, atMs: systemClock.now() };
  let isWritten = false;
  const write = async () => {
    await writeRules(file, after);
    isWritten = true;
  };
  await noteAccepted(store, { tenant: config.tenant, connection, before, after, accepted: marked.rules, ...by }, write).catch(
    async (error: unknown) => {
      if (isWritten) await rm(file, { force: true });
      throw error;
    },
  );
  return { ...found, file };
}

async function accept(file: string, flags: Flags): Promise<void> {
  const marked = await readMarked(file);
  const found = await lookAtStore({ configFile: flags.config, log: terminal.debug }, (opened) => work(opened, marked, flags));
  if (!found) throw new UsageError("No cost line was read yet; run `ml-connector sync` or `ml-connector plan` first.");
  if (flags.json) return terminal.json(found);
  const asked = marked.changed === 0 ? "" : `, ${groupDigits(marked.changed)} of them changed`;
  terminal.print(
    `${groupDigits(found.accepted)} of ${groupDigits(marked.rows)} rows are marked${asked}. What the next run would do with them:`,
  );
  terminal.printAll(whatIfLines(found, flags.limit, terminal.paint));
  for (const each of found.taking.slice(0, flags.limit))
    terminal.print(terminal.paint(`${each}: its lines to come go elsewhere`, "warn"));
  if (!("file" in found)) return terminal.print("Nothing is written; --out FILE writes the rules of today with these.");
  terminal.print(
    `${found.file}: version ${found.after}. It counts once it stands in place of ${basename(found.mappingFile)}; noted in the audit trail.`,
  );
}

export function acceptCommand(): Command {
  return withJson(
    withConfig(new Command("accept").description("take the marked rows of a file of proposals; the mapping in use stays")),
  )
    .argument("<file>", "as `map propose --out` wrote it and a person marked it")
    .option("--connection <name>", "which connection's mapping")
    .option("--limit <n>", "how many moves are shown", wholeNumber(1, 10_000), 30)
    .option(
      "--out <file>",
      "write the rules of today with the marked ones, CSV or by its name YAML, and note it in the audit trail",
    )
    .option("--note <text>", "why, for the audit trail", readNote, "")
    .action(accept);
}
