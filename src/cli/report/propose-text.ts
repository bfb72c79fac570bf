/** Proposals as people read them: what they come to in money first, then the rules with what speaks for each, then what only a person can tell. Pure. */
import { formatMoney, type MoneyKind, type Proposal, type ProposalMoney, type Question, ruleWords } from "../../core/index.ts";
import type { ProposalsFound } from "../../hub/index.ts";
import { shownObject } from "../config/index.ts";
import { type Cell, groupDigits, left, type Paint, renderTable, right } from "./text-table.ts";
import { wrapText } from "./wrap-text.ts";

type Money = Pick<ProposalMoney, "of" | "currency" | "sizeMinor">;
type Shown = { readonly limit: number; readonly paint: Paint; readonly width: number };

export const percent = (permille: number): string => `${Math.floor(permille / 10)}.${permille % 10} %`;

const moneyText = (money: readonly Money[]): string =>
  money
    .map(({ of, currency, sizeMinor }) => `${groupDigits(formatMoney({ minor: sizeMinor, currency }))} ${currency}${ordered(of)}`)
    .join(", ");

/** What was ordered is no cost: the two are told apart wherever money stands. */
const ordered = (of: MoneyKind) => (of === "order" ? " ordered" : "");
const isSame = (left: Pick<Money, "of" | "currency">, right: Pick<Money, "of" | "currency">) =>
  left.of === right.of && left.currency === right.currency;

const indent = "      ";
const wrapped = (texts: readonly string[], { width, paint }: Shown) =>
  texts.flatMap((text) => wrapText(text, width, indent, `${indent}  `)).map((text) => paint(text, "dim"));

const addedTo = (whole: Pick<Money, "of" | "currency">, { money }: Proposal): number | undefined =>
  money.find((each) => isSame(each, whole))?.permille;

/** Of each kind and currency by itself: amounts of two are never added. */
function headOf({ proposals, currencies }: ProposalsFound, limit: number): readonly string[] {
  const [shown, rest] = [proposals.slice(0, limit), proposals.slice(limit)];
  return currencies.map((whole) => {
    const { of, currency, coveredPermille } = whole;
    const today = `${currency}${ordered(of)}: rules of today cover ${percent(coveredPermille)} of ${moneyText([whole])}`;
    const own = shown.filter((each) => addedTo(whole, each) !== undefined);
    const last = own.at(-1)?.cumulated.find((each) => isSame(each, whole))?.permille ?? coveredPermille;
    const these = own.length === 1 ? "this proposal brings it" : `these ${own.length} proposals bring it`;
    const next = rest.map((each) => addedTo(whole, each)).find((permille) => permille !== undefined);
    const more = next === undefined ? "" : `; the next best adds ${percent(next)}`;
    return `${today}; ${own.length === 0 ? "nothing is proposed for it here" : `${these} to ${percent(last)}`}${more}`;
  });
}

function proposalRow({ rule, points, isSure, money, cumulated }: Proposal, index: number): readonly Cell[] {
  const { object, account, target } = ruleWords(rule);
  return [
    String(index + 1),
    object,
    account,
    target,
    isSure ? { text: `${points} sure`, style: "good" } : { text: `${points} likely`, style: "warn" },
    moneyText(money),
    money.map(({ permille }) => percent(permille)).join(", "),
    money.map((each) => percent(cumulated.find((all) => isSame(all, each))?.permille ?? 0)).join(", "),
  ];
}

const columns = [
  right(""),
  left("object"),
  left("account"),
  left("to"),
  left("points"),
  right("amount"),
  right("adds"),
  right("together"),
];

/** Each row of the table is followed by its reasons. */
function proposalLines(proposals: readonly Proposal[], shown: Shown): readonly string[] {
  if (proposals.length === 0) return [];
  const [heading = "", ...rows] = renderTable(columns, proposals.map(proposalRow), shown.paint);
  return [heading, ...rows.flatMap((row, index) => [row, ...wrapped(proposals[index]?.reasons ?? [], shown)])];
}

function questionLines(questions: readonly Question[], shown: Shown): readonly string[] {
  if (questions.length === 0) return [];
  const lines = questions.slice(0, shown.limit).flatMap(({ objectKind, object, part, why, candidates, money }) => [
    `  ${objectKind} ${shownObject(objectKind, object)}, ${moneyText(money)}: which ${part}? ${why}`,
    ...wrapped(
      candidates.map(({ name, points, reasons }) => `${name}: ${points} points (${reasons.join(", ")})`),
      shown,
    ),
  ]);
  return [
    "",
    `${questions.length === 1 ? "1 question" : `${groupDigits(questions.length)} questions`}, which only a person can answer:`,
    ...lines,
    ...moreOf(questions.length, shown.limit),
  ];
}

const moreOf = (count: number, limit: number): readonly string[] =>
  count > limit ? [`  and ${groupDigits(count - limit)} more; --limit shows them`] : [];

function leftOutLines({ leftOut }: ProposalsFound, { limit }: Shown): readonly string[] {
  if (leftOut.length === 0) return [];
  const rows = leftOut.slice(0, limit).map(({ text, why, money }) => `  ${text} (${moneyText(money)}): ${why}`);
  return ["", "Left out, for they would not stand beside the rules of today:", ...rows, ...moreOf(leftOut.length, limit)];
}

function notes({ hasReference, projectsNotRead, notLookedAt }: ProposalsFound): readonly string[] {
  return [
    ...(hasReference
      ? []
      : [
          "SAP's names are not known yet: set `reference: after-costs` and `sap.reference`, and sync; without them little can be told.",
        ]),
    ...(projectsNotRead > 0
      ? [`${groupDigits(projectsNotRead)} projects of Procore were not looked into; propose again when these are settled.`]
      : []),
    ...(notLookedAt > 0 ? [`${groupDigits(notLookedAt)} lighter pairs of object and account were not looked at.`] : []),
  ];
}

export function proposalText(found: ProposalsFound, shown: Shown): readonly string[] {
  const proposals = found.proposals.slice(0, shown.limit);
  const end = [
    "",
    "Nothing is applied: `--out FILE` writes them for a spreadsheet; mark rows there, then `ml-connector map accept FILE`.",
  ];
  return [
    ...headOf(found, shown.limit),
    ...proposalLines(proposals, shown),
    ...moreOf(found.proposals.length, shown.limit),
    ...questionLines(found.questions, shown),
    ...leftOutLines(found, shown),
    ...notes(found),
    ...(found.proposals.length + found.questions.length > 0 ? end : []),
  ];
}
