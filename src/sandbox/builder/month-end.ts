/**
 * A month end for reconciliation: cost that no rule leads anywhere, then, after the books were closed, late documents and reversals. What comes late
 * is in no table and no total of the world: it lies beside it, for whoever plays the days after. The figures by class are the manifest's.
 */
import type { EccRow, MonthEnd, MonthEndFigure } from "../world.ts";
import { fixed } from "./amount.ts";
import { addDays, fiscalPeriodOf, monthStart } from "./days.ts";
import { type Books, type DocumentDraft, type LineDraft, post, reverse } from "./documents.ts";
import type { Group } from "./group.ts";
import type { CostAtom } from "./manifest/costs.ts";
import { balanceAccounts, companies } from "./organisation.ts";

const variant = "K4";
const linesPerDocument = 4;
const hideableMax = 3;

const shareOfLines = (group: Group, percent: number): number => Math.floor((group.options.costLines * percent) / 100);

/** Journals on elements that the mapping does not know, on days of the last month. */
export function postUnmapped(books: Books): void {
  const { group } = books;
  const { monthEnd, asOf } = group.options;
  const elements = group.projects
    .filter(({ company, procore }) => company.variant === variant && procore.kind === "permitted")
    .flatMap(({ company, elements: all }) =>
      all.filter(({ isMapped, isStatistical }) => !isMapped && !isStatistical).map(({ pspnr }) => ({ company, pspnr })),
    );
  if (monthEnd === undefined || elements.length === 0) return;
  for (let left = shareOfLines(group, monthEnd.unmapped); left > 0; left -= linesPerDocument) {
    const { company, pspnr } = group.draw.pick(elements);
    const lines = Array.from({ length: Math.min(left, linesPerDocument) }, (): LineDraft => {
      return { amount: BigInt(group.draw.int(1_000, 300_000)), hkont: "0000450000", object: { PROJK: pspnr }, text: "Unmapped" };
    });
    post(books, { company, blart: "SA", budat: addDays(monthStart(asOf, 0), group.draw.int(0, 13)), lines: closed(lines) });
  }
}

function closed(lines: readonly LineDraft[]): LineDraft[] {
  const balance = lines.reduce((sum, { amount }) => sum + amount, 0n);
  return balance === 0n ? [...lines] : [...lines, { amount: -balance, hkont: balanceAccounts.accrual, text: "Accrual" }];
}

type Document = { header: EccRow; atoms: readonly CostAtom[] };

const objectFields = ["PROJK", "NPLNR", "AUFPL", "APLZL", "AUFNR", "KOSTL"] as const;

function draftOf({ header, atoms }: Document, amountOf: (atom: CostAtom) => bigint): DocumentDraft {
  const company = companies.find(({ bukrs }) => bukrs === header["BUKRS"]);
  if (company === undefined) throw new Error(`no company code ${header["BUKRS"]}`);
  const lines = atoms.map((atom): LineDraft => {
    const { line = {} } = atom;
    const object = Object.fromEntries(objectFields.flatMap((name) => (line[name] === undefined ? [] : [[name, line[name]]])));
    const base = { amount: amountOf(atom), hkont: line["HKONT"] ?? "" };
    return Object.keys(object).length === 0 ? base : { ...base, object };
  });
  return { company, blart: "SA", budat: header["BUDAT"] ?? "", lines };
}

/** Journals of the period of which every line with an object is posted. */
function journalsOf(costs: readonly CostAtom[]): Document[] {
  const documents = new Map<EccRow, CostAtom[]>();
  for (const atom of costs) documents.set(atom.document, [...(documents.get(atom.document) ?? []), atom]);
  return [...documents]
    .map(([header, atoms]) => ({ header, atoms }))
    .filter(({ header, atoms }) => header["BLART"] === "SA" && header["STBLG"] === undefined && atoms.some(isPosted))
    .filter(({ atoms }) =>
      atoms.every((atom) => isPosted(atom) || objectFields.every((name) => atom.line?.[name] === undefined)),
    );
}

const isPosted = ({ verdict }: CostAtom): boolean => verdict.kind === "posted";
const linesOf = ({ atoms }: Document): number => atoms.filter(isPosted).length;

type Figures = { add(name: string, atom: CostAtom, amount: bigint): void; all(): MonthEndFigure[] };

function createFigures(): Figures {
  const sums = new Map<string, { key: Omit<MonthEndFigure, "amount">; minor: bigint }>();
  return {
    add(name, { document, money, place }, amount) {
      const at = { project: place?.project.projectNumber ?? "", costCode: place?.budgetCode ?? "" };
      const key = { class: name, companyCode: document["BUKRS"] ?? "", ...at, currency: money.currency };
      const id = JSON.stringify(key);
      const sum = sums.get(id) ?? { key, minor: 0n };
      sums.set(id, sum);
      sum.minor += amount;
    },
    all: () =>
      [...sums.values()]
        .filter(({ minor }) => minor !== 0n)
        .map(({ key, minor }) => ({ ...key, amount: fixed(minor, key.currency === "JPY" ? 0 : 2) })),
  };
}

/** In a controller's words: which of the reasons mean that the mapping leads nowhere in Procore. */
const unmapped: readonly string[] = ["mapping-no-rule", "project-not-permitted", "budget-code-missing"];

function classOf({ verdict }: CostAtom): string | undefined {
  if (verdict.kind === "posted") return "posted";
  if (verdict.kind === "held") {
    if (unmapped.includes(verdict.reason)) return "unmapped";
    return verdict.reason === "cost-currency" ? "currency" : "held";
  }
  return verdict.kind === "excluded" && verdict.reason === "cost-commitment" ? "commitment" : undefined;
}

/** Enough documents for so many lines, from the first on; a document may be taken again where there are too few. */
function takeUntil(documents: readonly Document[], lines: number, mayRepeat: boolean): Document[] {
  const taken: Document[] = [];
  for (let left = lines, at = 0; left > 0; at++) {
    const document = documents[mayRepeat ? at % documents.length : at];
    if (document === undefined) throw new Error("too few journals in the last month for the shares of the month end");
    taken.push(document);
    left -= linesOf(document);
  }
  return taken;
}

/** To be called when the world was written: the documents go into the group's tables, which nobody writes any more. */
export function makeMonthEnd(books: Books, costs: readonly CostAtom[]): MonthEnd | undefined {
  const { group } = books;
  const { monthEnd, asOf } = group.options;
  if (monthEnd === undefined) return undefined;
  const { gjahr, monat } = fiscalPeriodOf(asOf, variant);
  const ofPeriod = costs.filter(({ document }) => document["GJAHR"] === gjahr && Number(document["MONAT"]) === Number(monat));
  const figures = createFigures();
  for (const atom of ofPeriod) {
    const name = classOf(atom);
    if (name !== undefined) figures.add(name, atom, atom.money.minor);
  }
  const journals = journalsOf(ofPeriod);
  const reversed = takeUntil(journals, shareOfLines(group, monthEnd.reversed), false);
  const others = journals.slice(reversed.length);
  const cloned = takeUntil(others, shareOfLines(group, monthEnd.late), true);
  const hideable = others.slice(0, hideableMax);
  for (const { atoms } of hideable) for (const atom of atoms.filter(isPosted)) figures.add("hideable", atom, atom.money.minor);
  const before = { BKPF: group.tables.rows("BKPF").length, BSEG: group.tables.rows("BSEG").length };
  const changed: string[] = [];
  const entered = addDays(asOf, 2);
  for (const document of reversed) {
    const { header } = document;
    const original = { bukrs: header["BUKRS"] ?? "", belnr: header["BELNR"] ?? "", gjahr: header["GJAHR"] ?? "" };
    const key = `${original.bukrs} ${original.belnr} ${original.gjahr}`;
    const draft = draftOf(document, ({ money }) => money.minor);
    reverse(books, draft, { ...original, key }, { budat: draft.budat, cpudt: entered, isNegative: false });
    changed.push(key);
    for (const atom of document.atoms.filter(isPosted)) figures.add("reversed", atom, atom.money.minor);
  }
  for (const document of cloned) {
    const posted = { header: document.header, atoms: document.atoms.filter(isPosted) };
    const amounts = new Map(posted.atoms.map((atom) => [atom, BigInt(group.draw.int(1_000, 300_000))]));
    const draft = draftOf(posted, (atom) => amounts.get(atom) ?? 0n);
    post(books, { ...draft, cpudt: entered, lines: closed(draft.lines) });
    for (const [atom, amount] of amounts) figures.add("late", atom, amount);
  }
  const isChanged = (row: EccRow) => changed.includes(`${row["BUKRS"]} ${row["BELNR"]} ${row["GJAHR"]}`);
  const headers = group.tables.rows("BKPF");
  return {
    fiscalYear: Number(gjahr),
    period: Number(monat),
    closeDay: asOf,
    lateDay: entered,
    late: {
      BKPF: [...headers.slice(0, before.BKPF).filter(isChanged), ...headers.slice(before.BKPF)],
      BSEG: group.tables.rows("BSEG").slice(before.BSEG),
    },
    hideable: hideable.map(({ header }) => ({
      BUKRS: header["BUKRS"] ?? "",
      BELNR: header["BELNR"] ?? "",
      GJAHR: header["GJAHR"] ?? "",
    })),
    figures: figures.all(),
  };
}
