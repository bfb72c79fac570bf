/** Proposals and questions as a file for a spreadsheet: UTF-8 with its mark and CRLF, as Excel opens it by a double click. Questions have no target; a person may write one. */
import {
  formatMoney,
  fromAlpha,
  type MappingCells,
  type MoneyKind,
  mappingCells,
  mappingColumns,
  type ProposalMoney,
  type Proposals,
} from "../../core/index.ts";
import { type ProposalColumn, proposalColumns, ruleAsText } from "./proposal-columns.ts";
import { toSheetCell } from "./sheet-cell.ts";

type Cells = Record<ProposalColumn, string>;
type Money = Pick<ProposalMoney, "of" | "currency" | "sizeMinor">;

/** What was ordered is no cost. */
const ordered = (of: MoneyKind) => (of === "order" ? " ordered" : "");
const moneyText = (money: readonly Money[]): string =>
  money
    .map(({ of, currency, sizeMinor }) => `${currency} ${formatMoney({ minor: sizeMinor, currency })}${ordered(of)}`)
    .join(", ");
const shareText = (permille: number): string => `${Math.floor(permille / 10)}.${permille % 10} %`;

const sheetCells = (cells: MappingCells) =>
  Object.fromEntries(mappingColumns.map((column) => [column, toSheetCell(cells[column] ?? "")])) as Record<
    ProposalColumn,
    string
  >;

function proposalCells({ rule, points, reasons, money, cumulated }: Proposals["proposals"][number]): Cells {
  const cells = mappingCells(rule);
  return {
    ...sheetCells(cells),
    accept: "",
    points: String(points),
    adds: money.map((each) => `${moneyText([each])} (${shareText(each.permille)})`).join(", "),
    together: cumulated.map(({ of, currency, permille }) => `${currency}${ordered(of)} ${shareText(permille)}`).join(", "),
    evidence: reasons.join("; "),
    as_proposed: ruleAsText(cells),
  };
}

/** WBS elements and plants stand as they are; the others without their padding. */
export const shownObject = (objectKind: string, object: string): string =>
  objectKind === "wbs" || objectKind === "plant" ? object : fromAlpha(object);

function questionCells(question: Proposals["questions"][number]): Cells {
  const { objectKind, object, accounts, materialGroups, part, why, candidates, money } = question;
  const [only, ...others] = accounts;
  const candidate = candidates.map(({ name, points, reasons }) => `${name} (${points}: ${reasons.join(", ")})`);
  const groups = materialGroups.length === 0 ? [] : [`material groups ${materialGroups.join(", ")}`];
  const about = [...(accounts.length === 0 ? [] : [`accounts ${accounts.map(fromAlpha).join(", ")}`]), ...groups].join(", ");
  return {
    ...sheetCells({
      object_type: objectKind,
      object: shownObject(objectKind, object),
      account: only && others.length === 0 ? fromAlpha(only) : "",
    }),
    accept: "",
    points: "",
    adds: moneyText(money),
    together: "",
    evidence: [`Which ${part}? ${why}; ${about}`, ...candidate].join("; "),
    as_proposed: "a question",
  };
}

/** Line breaks within a cell are legal and hard to read; a formula cannot begin a cell that begins with a word of ours. */
function cellText(cell: string, delimiter: string): string {
  const text = cell.replace(/[\r\n\t]+/g, " ");
  return text.includes(delimiter) || /["\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function proposalsCsv({ proposals, questions }: Pick<Proposals, "proposals" | "questions">, delimiter: string): string {
  const rows = [...proposals.map(proposalCells), ...questions.map(questionCells)];
  const lines = rows.map((cells) => proposalColumns.map((column) => cellText(cells[column], delimiter)).join(delimiter));
  return `\uFEFF${[proposalColumns.join(delimiter), ...lines].join("\r\n")}\r\n`;
}
