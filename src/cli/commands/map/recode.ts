/**
 * `ml-connector map recode`: what is posted elsewhere than the rules of today put it, in money, and the word that moves it (ruling 23). Nothing is written
 * to Procore here: the next run that plans costs carries it out, and where the policy of costs asks, another person approves it.
 */
import { Command, InvalidArgumentError } from "commander";
import { formatMoney, type LeftLines, type Move, type RecodeChoice } from "../../../core/index.ts";
import { listRecodings, markRecoding, type RecodingState, readRecodable, withdrawRecoding } from "../../../hub/index.ts";
import { UsageError } from "../../exit-codes.ts";
import { readNote, wholeNumber, withConfig, withJson } from "../../flags.ts";
import { systemClock } from "../../platform/index.ts";
import { type Cell, groupDigits, left, renderTable, right } from "../../report/text-table.ts";
import { placeText } from "../../report/what-if-text.ts";
import { terminal } from "../../terminal.ts";
import { pickConnection } from "../../wiring/connections.ts";
import { lookAtStore, type StoreOnly } from "../../wiring/store-only.ts";
import { actor } from "../actor.ts";
import { nothingRead, periodText, readPeriod } from "../reconcile/columns.ts";

type Flags = {
  config: string;
  connection?: string;
  json: boolean;
  limit: number;
  fromPeriod?: string;
  project?: string;
  rule?: string;
  note: string;
  dryRun: boolean;
  yes: boolean;
  list: boolean;
  withdraw?: string;
};

const moneyText = (minor: bigint, currency: string) => `${groupDigits(formatMoney({ minor, currency }))} ${currency}`;

function moveRow({ from, to, period, currency, lines, minor, rules }: Move): Cell[] {
  const by = rules.length > 2 ? `${rules[0]} and ${rules.length - 1} more` : rules.join(", ");
  return [placeText(from), placeText(to), period, groupDigits(lines), moneyText(minor, currency), by];
}

const leftLine = ({ why, currency, lines, minor }: LeftLines) =>
  `  ${groupDigits(lines)} lines, ${moneyText(minor, currency)}, stay: ${why}`;

type Shown = { moves: readonly Move[]; left: readonly LeftLines[]; lines: number };

function shownLines({ moves, left: staying, lines }: Shown, limit: number): readonly string[] {
  const stay = staying.map(leftLine);
  if (moves.length === 0) return ["Nothing that is posted moves by the rules of today.", ...stay];
  const columns = [left("from"), left("to"), left("period"), right("lines"), right("amount"), left("by")];
  const rest = moves.length > limit ? [`  and ${groupDigits(moves.length - limit)} more; --limit shows them`] : [];
  return [
    `${groupDigits(lines)} posted lines move by the rules of today:`,
    ...renderTable(columns, moves.slice(0, limit).map(moveRow), terminal.paint),
    ...rest,
    ...stay,
  ];
}

function choiceOf({ fromPeriod, project, rule }: Flags): RecodeChoice {
  return {
    ...(fromPeriod === undefined ? {} : { fromPeriod }),
    ...(project === undefined ? {} : { project }),
    ...(rule === undefined ? {} : { rule }),
  };
}

async function showOrMark({ config, store }: StoreOnly, flags: Flags): Promise<Shown & { recoding?: string }> {
  const connection = pickConnection(config, flags.connection);
  const mapping = config.connections[connection]?.mapping;
  if (!mapping) throw new Error("Assertion failed: a picked connection is not there");
  const ask = { tenant: config.tenant, connection, mapping, choice: choiceOf(flags) };
  const found = await readRecodable(store, ask);
  const shown = { moves: found.moves, left: found.left, lines: found.lines.length };
  if (!flags.yes || flags.dryRun || shown.lines === 0) return shown;
  const word = { actor: actor(), note: flags.note, atMs: systemClock.now() };
  return { ...shown, recoding: String(await markRecoding(store, ask, found, word)) };
}

function stateRow({ recoding, askedBy, askedAt, lines, note, withdrawnBy }: RecodingState): Cell[] {
  const became = Object.entries(lines)
    .map(([what, count]) => `${groupDigits(count)} ${what}`)
    .join("; ");
  const word = withdrawnBy === undefined ? askedBy : `${askedBy}, withdrawn by ${withdrawnBy}`;
  return [recoding, askedAt.slice(0, 16).replace("T", " "), word, became, note];
}

async function list(opened: StoreOnly, flags: Flags): Promise<void> {
  const connection = pickConnection(opened.config, flags.connection);
  const found = await listRecodings(opened.store, { tenant: opened.config.tenant, connection });
  if (flags.json) return terminal.json(found);
  if (found.length === 0) return terminal.print("Nothing was ever re-coded.");
  const columns = ["re-coding", "asked at", "by", "lines", "why"].map(left);
  terminal.printAll(renderTable(columns, found.map(stateRow), terminal.paint));
}

async function withdraw({ config, store }: StoreOnly, flags: Flags, recoding: string): Promise<void> {
  const connection = pickConnection(config, flags.connection);
  const word = { actor: actor(), note: flags.note, atMs: systemClock.now() };
  const lines = await withdrawRecoding(store, { tenant: config.tenant, connection }, recoding, word);
  if (lines === undefined)
    throw new UsageError(`There is no re-coding ${recoding} to withdraw; see ml-connector map recode --list.`);
  if (flags.json) return terminal.json({ recoding, lines });
  terminal.print(
    `Withdrawn: ${groupDigits(lines)} lines are not marked any more. What waits for approval is dropped by the next run; what was sent stays.`,
  );
}

async function act(opened: StoreOnly, flags: Flags): Promise<void> {
  if (flags.list) return list(opened, flags);
  if (flags.withdraw !== undefined) return withdraw(opened, flags, flags.withdraw);
  const shown = await showOrMark(opened, flags);
  if (flags.json) return terminal.json(shown);
  terminal.printAll(shownLines(shown, flags.limit));
  if (shown.recoding !== undefined)
    terminal.print(`Marked as re-coding ${shown.recoding}. The next run carries it out: ml-connector sync`);
  else if (shown.lines > 0) terminal.print('Nothing is marked. To move them, say so and why: --yes --note "..."');
}

async function tell(flags: Flags): Promise<void> {
  if (flags.yes && !flags.dryRun && flags.note === "") throw new UsageError("A re-coding needs a reason: --note TEXT.");
  const done = await lookAtStore({ configFile: flags.config, log: terminal.debug }, async (opened) => {
    await act(opened, flags);
    return true;
  });
  if (done === undefined) throw nothingRead();
}

function readNumber(text: string): string {
  if (/^[1-9]\d{0,17}$/.test(text)) return text;
  throw new InvalidArgumentError(`"${text}" is no number of a re-coding; see --list.`);
}

export function recodeCommand(): Command {
  const description =
    "what is posted elsewhere than the rules of today put it, and moving it: taken back there, posted anew here";
  return withJson(withConfig(new Command("recode").description(description)))
    .option("--connection <name>", "which connection's mapping")
    .option("--from-period <period>", "only this fiscal period and later ones, 2026-07 for example", (text) =>
      periodText(readPeriod(text)),
    )
    .option("--project <name>", "only what leaves or comes to this project, by the name that rules use")
    .option("--rule <name>", "only what this rule places, mapping.csv:12 for example")
    .option("--yes", "mark them: the next run moves them", false)
    .option("--note <text>", "why, for the audit trail; --yes needs it", readNote, "")
    .option("--dry-run", "only show, whatever else is said", false)
    .option("--limit <n>", "how many moves are shown", wholeNumber(1, 10_000), 30)
    .option("--list", "what was asked for so far, and what became of it", false)
    .option("--withdraw <number>", "take a re-coding back, as far as it was not approved or sent", readNumber)
    .action(tell);
}
