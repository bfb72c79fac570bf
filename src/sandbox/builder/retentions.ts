/**
 * Retentions in the books: of every fifth invoice a tenth is kept back, in a retention document beside the invoice's own (special G/L indicator H), and
 * some of it is paid later. Rolls no dice: the worlds before it stay as they were but for what it adds. Each turn of it is a case of its own.
 */
import type { EccRow } from "../world.ts";
import { minorOf, shareOf, storedAmount } from "./amount.ts";
import { addDays, earlierOf } from "./days.ts";
import { vendorLine } from "./document-bulk.ts";
import { type Books, type LineDraft, type Posted, post } from "./documents.ts";
import { balanceAccounts, type Company, companies } from "./organisation.ts";

const indicator = "H";
const everyNth = 5;
/** Enough of each turn, and few enough that a large world does not wait for them. */
const retentionsMax = 48;

type Turn = "open" | "paid" | "paid in part" | "one of two paid";
const turns: readonly Turn[] = ["open", "paid", "open", "paid", "paid in part", "paid", "one of two paid", "open"];

const idOf = (row: EccRow): string => `${row["BELNR"]}${row["GJAHR"]}`;

/** Plain invoices of items, as the history keeps them: no credit, nothing cancelled, one line. */
function plainInvoices(books: Books): readonly { header: EccRow; history: EccRow }[] {
  const { tables } = books.group;
  const byInvoice = Map.groupBy(
    tables.rows("EKBE").filter((row) => row["VGABE"] === "2" || row["VGABE"] === "3"),
    idOf,
  );
  return tables.rows("RBKP").flatMap((header) => {
    const [history, other] = byInvoice.get(idOf(header)) ?? [];
    const isPlain = header["RBSTAT"] === "5" && header["XRECH"] === "X" && header["STBLG"] === undefined;
    return isPlain && history?.["VGABE"] === "2" && !other ? [{ header, history }] : [];
  });
}

function itemLine(amount: bigint, header: EccRow): LineDraft {
  const line = vendorLine(amount, header["LIFNR"] ?? "", header["BUDAT"] ?? "");
  return { ...line, text: "Retention", fields: { ...line.fields, UMSKZ: indicator } };
}

function keepBack(books: Books, company: Company, header: EccRow, amounts: readonly bigint[]): Posted {
  const whole = amounts.reduce((sum, amount) => sum + amount, 0n);
  const budat = header["BUDAT"] ?? "";
  return post(books, {
    company,
    blart: "RT",
    budat,
    header: { AWTYP: "RMRP", GLVOR: "RMRP", AWKEY: idOf(header), TCODE: "MIRO", XBLNR: header["XBLNR"] ?? "" },
    lines: [vendorLine(whole, header["LIFNR"] ?? "", budat), ...amounts.map((amount) => itemLine(-amount, header))],
  });
}

const linesOf = (books: Books, { bukrs, belnr, gjahr }: Posted): readonly EccRow[] =>
  books.group.tables
    .rows("BSEG")
    .filter((row) => row["BUKRS"] === bukrs && row["BELNR"] === belnr && row["GJAHR"] === gjahr && row["UMSKZ"] === indicator);

/** F-53 of one item: the payment clears it, and what is not paid stays as a new item of the payment. */
function pay(books: Books, company: Company, header: EccRow, kept: Posted, left: bigint): void {
  const [item] = linesOf(books, kept);
  if (item === undefined) throw new Error(`document ${kept.key} keeps nothing back`);
  const amount = minorOf(item["WRBTR"]);
  const day = earlierOf(addDays(header["BUDAT"] ?? "", 21), books.group.options.asOf);
  const payment = post(books, {
    company,
    blart: "KZ",
    budat: day,
    header: { TCODE: "F-53" },
    lines: [
      itemLine(amount, header),
      { amount: left - amount, hkont: balanceAccounts.bank, fields: { VALUT: day } },
      ...(left === 0n ? [] : [itemLine(-left, header)]),
    ],
  });
  const cleared = { AUGDT: day, AUGCP: day, AUGBL: payment.belnr };
  const [debit] = linesOf(books, payment);
  for (const row of [item, debit]) if (row !== undefined) books.group.tables.replace("BSEG", row, { ...row, ...cleared });
}

export function postRetentions(books: Books): void {
  const { group } = books;
  const chosen = plainInvoices(books).filter((_, index) => index % everyNth === 0);
  chosen.slice(0, retentionsMax).forEach(({ header, history }, index) => {
    const company = companies.find(({ bukrs }) => bukrs === header["BUKRS"]);
    const retained = shareOf(minorOf(history["WRBTR"]), 1n, 10n);
    const turn = turns[index % turns.length];
    if (company === undefined || retained < 2n) return;
    const money = storedAmount(retained);
    group.tables.replace("EKBE", history, {
      ...history,
      RETAMT_FC: money,
      RETAMT_LC: money,
      RETAMTP_FC: money,
      RETAMTP_LC: money,
    });
    const half = shareOf(retained, 1n, 2n);
    const kept = keepBack(books, company, header, turn === "one of two paid" ? [half, retained - half] : [retained]);
    if (turn !== "open") pay(books, company, header, kept, turn === "paid in part" ? half : 0n);
    if (index < turns.length) group.note(`retention of an invoice, ${turn}`, idOf(header));
  });
}
