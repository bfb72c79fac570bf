/**
 * `ml-connector map propose`: rules for what no rule places, with what speaks for each, and what they come to in money. It applies nothing, and writes nothing but the
 * file that is asked for, which no mapping is.
 */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { mappingCells, proposalLimits } from "../../../core/index.ts";
import { type ProposalsFound, readProposals } from "../../../hub/index.ts";
import { type Configuration, type DelimiterName, delimiters, proposalsCsv } from "../../config/index.ts";
import { UsageError } from "../../exit-codes.ts";
import { wholeNumber, withConfig, withJson } from "../../flags.ts";
import { proposalText } from "../../report/propose-text.ts";
import { groupDigits } from "../../report/text-table.ts";
import { terminal } from "../../terminal.ts";
import { pickConnection } from "../../wiring/connections.ts";
import { lookAtProcore } from "../../wiring/procore-only.ts";
import { lookAtStore, type StoreOnly } from "../../wiring/store-only.ts";

type Flags = {
  config: string;
  connection?: string;
  json: boolean;
  limit: number;
  minScore: number;
  out?: string;
  delimiter: DelimiterName;
};

function ask(config: Configuration, connection: string, floor: number) {
  const given = config.connections[connection];
  if (!given) throw new Error("Assertion failed: a picked connection is not there");
  const { mapping, settings } = given;
  const { sap, projects } = settings;
  const onProject = (done: number, total: number) => terminal.progress(`cost codes of project ${done} of ${total}`);
  return { tenant: config.tenant, connection, mapping, sap, rows: projects, floor, onProject };
}

async function find({ config, store }: StoreOnly, flags: Flags): Promise<ProposalsFound> {
  const connection = pickConnection(config, flags.connection);
  const asked = ask(config, connection, flags.minScore);
  try {
    return await lookAtProcore({ config, connection, env: terminal.env }, (procore) => readProposals(store, procore, asked));
  } finally {
    terminal.progress("");
  }
}

/** Never over a file that is there: somebody may have marked rows in it. */
async function writeFresh(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST")
      throw new UsageError(`${file} is there already, perhaps with rows that somebody marked; give another name.`);
    throw new UsageError(`The proposals cannot be written to ${file}: ${error.message}`);
  });
}

/** Rules in the mapping's own columns. */
function forPrograms(found: ProposalsFound, limit: number) {
  const proposals = found.proposals.slice(0, limit).map((each) => ({ ...each, rule: mappingCells(each.rule) }));
  return { ...found, proposals, questions: found.questions.slice(0, limit), leftOut: found.leftOut.slice(0, limit) };
}

async function propose(flags: Flags): Promise<void> {
  const found = await lookAtStore({ configFile: flags.config, log: terminal.debug }, (opened) => find(opened, flags));
  if (!found?.hasLines) throw new UsageError("No cost line was read yet; run `ml-connector sync` or `ml-connector plan` first.");
  const file = flags.out === undefined ? undefined : resolve(flags.out);
  if (file !== undefined) await writeFresh(file, proposalsCsv(found, delimiters[flags.delimiter]));
  if (flags.json) return terminal.json(forPrograms(found, flags.limit));
  terminal.printAll(proposalText(found, { limit: flags.limit, paint: terminal.paint, width: terminal.width }));
  if (file !== undefined)
    terminal.print(
      `${file}: ${groupDigits(found.proposals.length)} proposals and ${groupDigits(found.questions.length)} questions. Write yes before what you take, then: ml-connector map accept ${flags.out}`,
    );
}

export function proposeCommand(): Command {
  const delimiter = new Option("--delimiter <name>", "of the file; a German or French Excel opens semicolons")
    .choices(Object.keys(delimiters))
    .default("comma");
  return withJson(
    withConfig(new Command("propose").description("propose rules for what no rule places, with evidence; applies nothing")),
  )
    .option("--connection <name>", "which connection's mapping")
    .option("--limit <n>", "how many proposals and questions are shown", wholeNumber(1, 10_000), 20)
    .option(
      "--min-score <n>",
      "propose nothing below so many points",
      wholeNumber(proposalLimits.floor, 1_000),
      proposalLimits.floor,
    )
    .option("--out <file>", "write all of them as a CSV file, for `map accept`")
    .addOption(delimiter)
    .action(propose);
}
