/**
 * One FI document for each case that the rules treat apart: reversals, late and special-period postings, foreign money, documents
 * that cannot be whole, statistical and doubled objects, vendors that Procore lacks.
 */
import type { EccRow } from "../world.ts";
import { addDays, earlierOf, lastYearEnd, monthEnd, monthStart } from "./days.ts";
import { vendorLine } from "./document-bulk.ts";
import { booksFrom } from "./document-days.ts";
import { type Books, type DocumentDraft, type LineDraft, post, reverse } from "./documents.ts";
import type { ObjectFields } from "./group.ts";
import { balanceAccounts, companies, endedAccount } from "./organisation.ts";
import { type Cast, elementAt, onElement } from "./purchase-order-nasty.ts";

const other = "0000450000";

type Writer = (note: string, draft: Partial<DocumentDraft> & { lines: readonly LineDraft[] }) => string;

const cost = (amount: bigint, object: ObjectFields | undefined, facts: Partial<LineDraft> = {}): LineDraft => ({
  amount,
  hkont: other,
  ...(object === undefined ? {} : { object }),
  ...facts,
});

/** Closes a document on a balance-sheet account. */
const closing = (lines: readonly LineDraft[]): LineDraft[] => [
  ...lines,
  { amount: -lines.reduce((sum, line) => sum + line.amount, 0n), hkont: balanceAccounts.accrual },
];

function withVendor(lines: readonly LineDraft[], lifnr: string, budat: string): LineDraft[] {
  return [...lines, vendorLine(-lines.reduce((sum, line) => sum + line.amount, 0n), lifnr, budat)];
}

function reversals(books: Books, cast: Cast): void {
  const { asOf } = books.group.options;
  const first = addDays(booksFrom(asOf), 4);
  const pair = (note: string, budat: string, isNegative: boolean): void => {
    const lines = withVendor(
      [cost(123_456n, onElement(cast.home, 0)), cost(7_700n, onElement(cast.home, 1))],
      cast.vendor.lifnr,
      first,
    );
    const draft: DocumentDraft = { company: cast.home.company, blart: "KR", budat: first, lines };
    const original = post(books, draft);
    const reversal = reverse(books, draft, original, { budat, isNegative });
    books.group.note(note, original.key, reversal.key);
  };
  pair("reversal within a period", addDays(first, 2), false);
  pair("reversal in a later period", addDays(monthStart(first, 1), 1), false);
  pair("reversal as negative posting (XNEGP)", addDays(first, 3), true);
}

function times(books: Books, cast: Cast, write: Writer): void {
  const { asOf } = books.group.options;
  const first = booksFrom(asOf);
  const object = onElement(cast.home, 1);
  write("late posting: entered months after its posting date", {
    budat: addDays(first, 2),
    cpudt: asOf,
    lines: closing([cost(45_000n, object)]),
  });
  const yearEnd = lastYearEnd(asOf, "K4");
  const entered = yearEnd > first ? addDays(yearEnd, 20) : addDays(first, 6);
  write("special period 13", {
    budat: yearEnd,
    cpudt: earlierOf(entered, asOf),
    monat: "13",
    lines: closing([cost(9_999n, object)]),
  });
  const moved = monthStart(asOf, -2);
  const moving = { KOSTL: cast.home.company.yards[1] ?? "" };
  write("cost centre the day before it moves", { budat: monthEnd(moved, -1), lines: closing([cost(5_001n, moving)]) });
  write("cost centre on the day it moves", { budat: moved, lines: closing([cost(5_002n, moving)]) });
}

function currencies(cast: Cast, write: Writer): void {
  const { home, japan, canada } = cast;
  const euro = [
    cost(10_850n, onElement(home, 0), { wrbtr: 10_000n }),
    cost(-10_850n, undefined, { hkont: balanceAccounts.accrual, wrbtr: -10_000n }),
  ];
  write("foreign-currency document", { header: { WAERS: "EUR", KURSF: "1.08500" }, lines: euro });
  if (japan !== undefined) {
    write("document in a currency without decimals", {
      company: companies[2] ?? home.company,
      lines: closing([cost(1_250n, onElement(japan, 0))]),
    });
  }
  if (canada !== undefined)
    write("cost in the wrong currency for its project", { lines: closing([cost(3_300n, onElement(canada, 0))]) });
  write("amount that overflows its field when read by RFC", { lines: closing([cost(1_234_567_890_150n, onElement(home, 0))]) });
}

function wholes(cast: Cast, write: Writer): void {
  const { home } = cast;
  const object = onElement(home, 0);
  write("document that does not balance", {
    isBroken: true,
    lines: [cost(10_000n, object), cost(-9_990n, undefined, { hkont: balanceAccounts.accrual })],
  });
  write("document cut off after its first line", { isBroken: true, lines: [cost(77_700n, object)] });
  write("document header without lines", { lines: [] });
  write("parked document", { header: { BSTAT: "V", PPNAM: "CLERK2" }, lines: [] });
  write("recurring entry template", { header: { BSTAT: "D" }, lines: closing([cost(22_200n, object)]) });
  const reset = { BSTAT: "B" };
  write("clearing reset", { header: reset, lines: closing([cost(1_100n, object)]) });
}

function objects(cast: Cast, write: Writer): void {
  const { home, absent, hidden } = cast;
  const yard = { KOSTL: home.company.yards[0] ?? "" };
  const statistical = home.elements.find((element) => element.isStatistical);
  write("line with both a cost centre and a WBS element", { lines: closing([cost(6_100n, { ...yard, ...onElement(home, 1) })]) });
  if (statistical !== undefined) {
    write("statistical WBS element beside a real cost centre", {
      lines: closing([cost(6_200n, { ...yard, PROJK: statistical.pspnr })]),
    });
  }
  write("statistical order beside a real cost centre", { lines: closing([cost(6_300n, { ...yard, AUFNR: "000000899999" })]) });
  const [, alone] = home.orders;
  if (alone !== undefined) write("order without a WBS element", { lines: closing([cost(6_400n, { AUFNR: alone.aufnr })]) });
  const activities = home.activities.map(({ nplnr, aufpl, aplzl }) => cost(6_500n, { NPLNR: nplnr, AUFPL: aufpl, APLZL: aplzl }));
  write("network activities, one without a WBS element", { lines: closing(activities) });
  write("cost centre that the mapping does not know", { lines: closing([cost(6_600n, { KOSTL: home.company.headOffice })]) });
  write("cost on a project without a Procore project", { lines: closing([cost(6_700n, onElement(absent, 0))]) });
  write("cost on a project that the client may not see", { lines: closing([cost(6_800n, onElement(hidden, 0))]) });
  write("expense account that is no cost element at the posting date", {
    lines: closing([cost(6_900n, onElement(home, 0), { hkont: endedAccount })]),
  });
  write("rule of one company code beside a rule of any", {
    lines: closing([cost(7_000n, { KOSTL: home.company.yards[2] ?? "" })]),
  });
}

function vendors(books: Books, cast: Cast, write: Writer): void {
  const { home, vendor } = cast;
  const day = addDays(booksFrom(books.group.options.asOf), 8);
  const here = onElement(home, 1);
  for (const bad of books.group.badVendors) {
    const lines = withVendor([cost(8_100n, here)], bad.lifnr, day);
    write("invoice of a vendor that Procore will not get", { blart: "KR", budat: day, lines });
  }
  const [bad] = books.group.badVendors;
  if (bad !== undefined) {
    const two = [vendorLine(-4_000n, bad.lifnr, day), vendorLine(-4_200n, vendor.lifnr, day)];
    write("document with two vendor lines", { blart: "KR", budat: day, lines: [cost(8_200n, here), ...two] });
  }
  const down = { ...vendorLine(50_000n, vendor.lifnr, day), hkont: balanceAccounts.downPayment };
  const special = { ...down, object: here, fields: { ...down.fields, UMSKZ: "A" } };
  write("down payment", {
    blart: "KZ",
    budat: day,
    lines: [special, cost(-50_000n, undefined, { hkont: balanceAccounts.bank })],
  });
  const cleared = { AUGDT: addDays(day, 10), AUGBL: "1500000000" };
  const paid = { ...vendorLine(-8_300n, vendor.lifnr, day), fields: { LIFNR: vendor.lifnr, ...cleared } };
  write("cleared vendor invoice", { blart: "KR", budat: day, lines: [cost(8_300n, here), paid] });
  const texts = ["  leading blanks", `semi;colon "quote" a|b,c`, "Überstunden <b>&", "東京現場 経費"];
  write("line texts with delimiters, markup and other alphabets", {
    header: { BKTXT: 'Sammelbeleg; "Ä"', XBLNR: "R|1;2<3>&" },
    lines: closing(texts.map((text) => cost(1_010n, here, { text }))),
  });
}

/** Lines that name a purchase order: commitment cost, direct cost or a question (ruling 21). */
function orderCosts(books: Books, cast: Cast, write: Writer): void {
  const { tables, nasty } = books.group;
  const day = addDays(booksFrom(books.group.options.asOf), 40);
  const here = onElement(cast.home, 1);
  const itemsOf = (note: string): readonly EccRow[] => {
    const [ebeln] = nasty.get(note) ?? [];
    return tables.rows("EKPO").filter((row) => row["EBELN"] === ebeln);
  };
  const naming = (item: EccRow | undefined, amount: bigint, facts: Partial<LineDraft> = {}): LineDraft =>
    cost(amount, here, {
      hkont: "0000420000",
      fields: { EBELN: item?.["EBELN"] ?? "", EBELP: item?.["EBELP"] ?? "", ZEKKN: "01", KTOSL: "KBS" },
      ...facts,
    });
  const [kept, deleted] = itemsOf("deleted item");
  const commitment = [naming(kept, 9_000n), cost(1_234n, here, { text: "Freight of the same invoice" })];
  write("commitment cost and freight in one document", {
    blart: "RE",
    budat: day,
    lines: withVendor(commitment, cast.vendor.lifnr, day),
  });
  write("cost that names a deleted purchase order item", {
    blart: "RE",
    budat: day,
    lines: withVendor([naming(deleted, 9_100n)], cast.vendor.lifnr, day),
  });
  const [foreign] = itemsOf("foreign currency, direct rate");
  write("cost that names a purchase order on hold", {
    blart: "RE",
    budat: day,
    lines: withVendor([naming(foreign, 9_200n)], cast.vendor.lifnr, day),
  });
  const [lost] = itemsOf("net value that the reader cannot deliver");
  write("cost that names a purchase order the reader cannot deliver", {
    blart: "RE",
    budat: day,
    lines: withVendor([naming(lost, 9_250n)], cast.vendor.lifnr, day),
  });
  const unknown = { EBELN: "4599999999", EBELP: "00010" };
  write("cost that names a purchase order nobody knows", {
    blart: "RE",
    budat: day,
    lines: withVendor([naming(unknown, 9_300n)], cast.vendor.lifnr, day),
  });
  const journal = closing([naming(kept, 9_400n)]);
  write("journal that names a purchase order", { budat: day, lines: journal });
}

export function postNasty(books: Books, cast: Cast): void {
  const { group } = books;
  let day = addDays(booksFrom(group.options.asOf), 5);
  const write: Writer = (note, facts) => {
    day = addDays(day, 1);
    const posted = post(books, { company: cast.home.company, blart: "SA", budat: day, ...facts });
    group.note(note, posted.key);
    return posted.key;
  };
  reversals(books, cast);
  times(books, cast, write);
  currencies(cast, write);
  wholes(cast, write);
  objects(cast, write);
  vendors(books, cast, write);
  orderCosts(books, cast, write);
  const unmapped = group.projects.flatMap(({ elements }) => elements).find((element) => !element.isMapped);
  if (unmapped !== undefined)
    write("cost on a WBS element without a mapping rule", { lines: closing([cost(7_100n, { PROJK: unmapped.pspnr })]) });
  const gap = group.projects.find((project, index) => index % 3 === 1 && project.procore.kind === "permitted");
  if (gap !== undefined) {
    const object = { PROJK: elementAt(gap, gap.elements.length - 1).pspnr };
    write("cost on a budget code that Procore lacks", {
      company: gap.company,
      lines: closing([cost(7_200n, object, { hkont: "0000440000" })]),
    });
  }
}
