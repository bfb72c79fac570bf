/**
 * What must become of each line of a logistics invoice by account assignment (rulings 16 to 19), and which requisitions that makes. A requisition is
 * written whole or not at all; credits wait, since this world's Procore refuses negative ones; where a project has no open billing period the first
 * of each contract waits for one, and the others for the first. Amounts are RSEG's, signed by SHKZG; what is billed has the header's tax on top.
 */
import type { EccRow, ProcoreSeedProject } from "../../world.ts";
import { minorOf, shareOf } from "../amount.ts";
import type { Tables } from "../tables.ts";
import type { OrderAtom } from "./purchase-orders.ts";
import { type Retentions, retentionsOf } from "./retentions.ts";
import { isAmountTooWide } from "./split.ts";
import { excluded, held, type Money, posted, rejected, type Verdict } from "./tally.ts";

export type InvoiceAtom = {
  header: EccRow;
  money: Money;
  verdict: Verdict;
  /** Present where it would be billed. */
  bill?: Bill;
};
export type Bill = {
  project: ProcoreSeedProject;
  order: string;
  item: string;
  assignment: string;
  work: bigint;
  retained: bigint;
  /** Of what an invoice retained: on which day, and how much. */
  released?: { day: string; minor: bigint };
};

type Line = { row: EccRow; assignment: string; minor: bigint; retained: bigint; isSplitSound: boolean };

const idOf = (row: EccRow): string => `${row["BELNR"]}.${row["GJAHR"]}`;
const signed = (row: EccRow, field = "WRBTR"): bigint => (row["SHKZG"] === "H" ? -minorOf(row[field]) : minorOf(row[field]));
const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

const historyOf = (tables: Tables, table: string): Map<string, EccRow[]> =>
  groupBy(
    tables.rows(table).filter((row) => row["VGABE"] === "2" || row["VGABE"] === "3"),
    idOf,
  );

const isLineOf = (line: EccRow, row: EccRow): boolean =>
  row["EBELN"] === line["EBELN"] && row["EBELP"] === line["EBELP"] && Number(row["BUZEI"]) === Number(line["BUZEI"]);

function splitLine(line: EccRow, history: readonly EccRow[], shares: readonly EccRow[]): Line[] {
  const minor = signed(line);
  const kept = history.find((row) => isLineOf(line, row));
  const retention = minorOf(kept?.["RETAMT_FC"]) * (minor < 0n ? -1n : 1n);
  const own = shares.filter((row) => isLineOf(line, row)).sort((a, b) => ((a["ZEKKN"] ?? "") < (b["ZEKKN"] ?? "") ? -1 : 1));
  if (own.length === 0) return [{ row: line, assignment: line["ZEKKN"] ?? "00", minor, retained: retention, isSplitSound: true }];
  const sum = own.reduce((total, row) => total + signed(row), 0n);
  let left = retention;
  return own.map((row, index) => {
    const isLast = index === own.length - 1;
    const part = isLast ? left : shareOf(retention, signed(row), sum);
    left -= part;
    const share = isLast ? signed(row) + minor - sum : signed(row);
    return { row: line, assignment: row["ZEKKN"] ?? "", minor: share, retained: part, isSplitSound: sum === minor };
  });
}

/** The lines of an item and its history must come to the same; delivery costs have a history of their own. */
function historyDifference(lines: readonly EccRow[], history: readonly EccRow[]): bigint | undefined {
  const sums = new Map<string, bigint>();
  const add = (row: EccRow, minor: bigint) => {
    const key = `${row["EBELN"]} ${row["EBELP"]}`;
    sums.set(key, (sums.get(key) ?? 0n) + minor);
  };
  for (const row of lines) if ((row["EBELN"] ?? "") !== "" && (row["KSCHL"] ?? "") === "") add(row, signed(row));
  for (const row of history) add(row, -signed(row));
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).find(([, minor]) => minor !== 0n)?.[1];
}

type Orders = {
  byAtom: ReadonlyMap<string, OrderAtom>;
  byItem: ReadonlyMap<string, readonly OrderAtom[]>;
  items: ReadonlyMap<string, EccRow>;
};

function orderAtomOf({ row, assignment }: Line, orders: Orders): OrderAtom | Verdict {
  const item = `${row["EBELN"]} ${row["EBELP"]}`;
  const atoms = orders.byItem.get(item) ?? [];
  const only = assignment === "00" && atoms.length === 1 ? atoms[0] : undefined;
  const atom = orders.byAtom.get(`${item} ${assignment}`) ?? only;
  if (atom?.verdict.kind === "excluded") return excluded("invoice-no-contract");
  if (atom?.verdict.kind === "posted") return atom;
  if (atom === undefined && atoms.length > 0 && atoms.every(({ verdict }) => verdict.kind === "excluded"))
    return excluded("invoice-no-contract");
  if (atom === undefined && assignment === "00" && atoms.length > 1) return held("invoice-split-unknown");
  return held("invoice-purchase-order-undecided");
}

/** RBKP has the tax of the whole invoice; it belongs to the lines if it is what the order's own rates make of them. */
function taxesOf(header: EccRow, lines: readonly EccRow[], orders: Orders): readonly (bigint | undefined)[] {
  const rates = lines.map((row) => {
    const item = orders.items.get(`${row["EBELN"]} ${row["EBELP"]}`);
    if (item === undefined || (row["KSCHL"] ?? "") !== "") return 0n;
    return shareOf(signed(row), minorOf(item["NAVNW"]), minorOf(item["NETWR"]));
  });
  const taxed = rates.filter((rate) => rate !== 0n);
  const ordered = taxed.reduce((sum, rate) => sum + rate, 0n);
  const total = sizeOf(minorOf(header["WMWST1"])) * (ordered < 0n ? -1n : 1n);
  if (taxed.length > 0 && (ordered === 0n || sizeOf(ordered - total) > BigInt(taxed.length)))
    return rates.map((rate) => (rate === 0n ? 0n : undefined));
  let left = total;
  let open = taxed.length;
  return rates.map((rate) => {
    if (rate === 0n) return 0n;
    open -= 1;
    const part = open === 0 ? left : shareOf(total, rate, ordered);
    left -= part;
    return part;
  });
}

/** Shares of a line share its tax, the last one taking what is left. */
function taxOf(line: Line, ofRow: readonly Line[], tax: bigint | undefined): bigint | undefined {
  if (tax === undefined) return undefined;
  const parts = ofRow.slice(0, -1).map(({ minor }) => shareOf(tax, minor, signed(line.row)));
  return parts[ofRow.indexOf(line)] ?? tax - parts.reduce((sum, part) => sum + part, 0n);
}

function judgeLine(header: EccRow, line: Line, tax: bigint | undefined, orders: Orders): Pick<InvoiceAtom, "verdict" | "bill"> {
  const { row } = line;
  if ((row["EBELN"] ?? "") === "") return { verdict: excluded("invoice-without-purchase-order") };
  if ((row["KSCHL"] ?? "") !== "") return { verdict: excluded("invoice-delivery-cost") };
  const order = orderAtomOf(line, orders);
  if ("kind" in order) return { verdict: order };
  if (order.header["WAERS"] !== header["WAERS"]) return { verdict: held("invoice-currency") };
  if (!line.isSplitSound) return { verdict: held("invoice-split-unknown") };
  if (tax === undefined) return { verdict: held("invoice-tax-unknown") };
  if (order.place === undefined) return { verdict: held("invoice-purchase-order-undecided") };
  if (order.header["FRGRL"] === "X") return { verdict: held("invoice-contract-not-approved") };
  const work = line.minor + tax;
  const { header: owner, ebelp: item, zekkn: assignment, place } = order;
  const bill = { project: place.project, order: owner["EBELN"] ?? "", item, assignment, work, retained: line.retained };
  return { verdict: posted, bill };
}

const withVerdict = ({ header, money }: InvoiceAtom, verdict: Verdict): InvoiceAtom => ({ header, money, verdict });
const contractOf = ({ bill }: InvoiceAtom): string => (bill === undefined ? "" : `${bill.order} ${bill.project.id}`);

type Shared = InvoiceAtom & { order: string; kept: bigint };

function holdWhole(atoms: readonly Shared[]): Shared[] {
  const lines = groupBy(
    atoms.filter(({ bill }) => bill !== undefined),
    ({ bill }) => `${bill?.order} ${bill?.project.id} ${bill?.item} ${bill?.assignment}`,
  );
  const negative = new Set<string>();
  for (const members of lines.values()) {
    const [first] = members;
    if (first !== undefined && members.reduce((sum, { bill }) => sum + (bill?.work ?? 0n), 0n) < 0n)
      negative.add(contractOf(first));
  }
  const judged = atoms.map((atom) => {
    const isNegative = atom.bill !== undefined && negative.has(contractOf(atom));
    return { ...(isNegative ? withVerdict(atom, held("invoice-negative")) : atom), order: atom.order, kept: atom.kept };
  });
  const waiting = new Set(judged.flatMap(({ verdict, order }) => (verdict.kind === "held" ? [order] : [])));
  return judged.map((atom) => {
    const { order, kept } = atom;
    const isWaiting = atom.bill !== undefined && waiting.has(order);
    return isWaiting ? { ...withVerdict(atom, held("invoice-incomplete")), order, kept } : atom;
  });
}

/** The place in the chain: a release goes behind all invoices of its day, its own at least. */
export function orderOf({ header, bill }: InvoiceAtom): string {
  const { BUDAT = "", CPUDT = "", CPUTM = "000000" } = header;
  const day = bill?.released?.day;
  if (day === undefined) return [BUDAT, CPUDT, CPUTM, idOf(header)].join(" ");
  return [[day, BUDAT].sort().at(-1), "99999999", "", idOf(header)].join(" ");
}

/** What was retained of the invoice's lines, as far as there is anything to say of its release; whole by order, as the invoice is. */
function judgeReleases(atoms: readonly Shared[], retentions: Retentions): InvoiceAtom[] {
  const [first] = atoms;
  const retaining = atoms.filter(({ kept }) => kept !== 0n);
  if (first === undefined || retaining.length === 0) return [];
  const release = retentions(
    first.header,
    retaining.reduce((sum, { kept }) => sum + kept, 0n),
  );
  if (release === undefined) return [];
  const judged = retaining.map((atom): Shared => {
    const { header, money, order, kept, verdict, bill } = atom;
    const base = { header, money: { ...money, minor: 0n }, order, kept };
    if (verdict.kind === "excluded") return { ...base, verdict };
    if ("verdict" in release) return { ...base, verdict: release.verdict };
    if (bill === undefined) return { ...base, verdict: held("retainage-release-before-invoice") };
    const released = { day: release.day, minor: bill.retained };
    return { ...base, verdict: posted, bill: { ...bill, work: 0n, retained: 0n, released } };
  });
  const waiting = new Set(judged.flatMap(({ verdict, order }) => (verdict.kind === "held" ? [order] : [])));
  return judged.map((atom) =>
    atom.bill !== undefined && waiting.has(atom.order) ? withVerdict(atom, held("invoice-incomplete")) : atom,
  );
}

/** Without an open period nothing of the chain goes; the first says why. */
function holdWithoutPeriod(atoms: readonly InvoiceAtom[]): InvoiceAtom[] {
  const firsts = new Map<string, string>();
  for (const atom of atoms) {
    if (atom.bill === undefined) continue;
    const first = firsts.get(contractOf(atom));
    if (first === undefined || orderOf(atom) < first) firsts.set(contractOf(atom), orderOf(atom));
  }
  return atoms.map((atom) => {
    if (atom.bill === undefined || (atom.bill.project.billingPeriods ?? []).some(({ status }) => status === "open")) return atom;
    const isFirst = firsts.get(contractOf(atom)) === orderOf(atom);
    return withVerdict(atom, held(isFirst ? "requisition-no-period" : "requisition-waits-for-earlier"));
  });
}

/** Both halves of a cancellation, where they come to nothing item by item. */
function cancelledPairs(tables: Tables, lines: ReadonlyMap<string, readonly Line[]>): ReadonlySet<string> {
  const headers = new Map(tables.rows("RBKP").map((row) => [idOf(row), row]));
  const cancelled = new Set<string>();
  for (const [id, header] of headers) {
    const partner = `${header["STBLG"] ?? ""}.${header["STJAH"] ?? ""}`;
    const other = headers.get(partner);
    if (other === undefined || `${other["STBLG"] ?? ""}.${other["STJAH"] ?? ""}` !== id) continue;
    if (header["RBSTAT"] !== "5" || other["RBSTAT"] !== "5" || header["WAERS"] !== other["WAERS"]) continue;
    const sums = new Map<string, bigint>();
    for (const { row, assignment, minor } of [...(lines.get(id) ?? []), ...(lines.get(partner) ?? [])]) {
      const key = `${row["EBELN"]} ${row["EBELP"]} ${assignment} ${row["KSCHL"] ?? ""}`;
      sums.set(key, (sums.get(key) ?? 0n) + minor);
    }
    if ([...sums.values()].every((minor) => minor === 0n)) cancelled.add(id);
  }
  return cancelled;
}

function ordersOf(tables: Tables, atoms: readonly OrderAtom[]): Orders {
  const itemOf = ({ header, ebelp }: OrderAtom) => `${header["EBELN"]} ${ebelp}`;
  return {
    byAtom: new Map(atoms.map((atom) => [`${itemOf(atom)} ${atom.zekkn}`, atom])),
    byItem: groupBy(atoms, itemOf),
    items: new Map(tables.rows("EKPO").map((row) => [`${row["EBELN"]} ${row["EBELP"]}`, row])),
  };
}

export function judgeInvoices(tables: Tables, orderAtoms: readonly OrderAtom[]): readonly InvoiceAtom[] {
  const orders = ordersOf(tables, orderAtoms);
  const rows = groupBy(tables.rows("RSEG"), idOf);
  const history = historyOf(tables, "EKBE");
  const shares = historyOf(tables, "EKBE_MA");
  const lines = new Map(
    [...rows].map(([id, own]): [string, Line[]] => [
      id,
      own
        .sort((a, b) => ((a["BUZEI"] ?? "") < (b["BUZEI"] ?? "") ? -1 : 1))
        .flatMap((row) => splitLine(row, history.get(id) ?? [], shares.get(id) ?? [])),
    ]),
  );
  const cancelled = cancelledPairs(tables, lines);
  const retentions = retentionsOf(tables);
  const atoms = tables.rows("RBKP").flatMap((header): InvoiceAtom[] => {
    const id = idOf(header);
    const currency = header["WAERS"] ?? "";
    const own = rows.get(id) ?? [];
    const one = (verdict: Verdict, minor = 0n): InvoiceAtom[] => [{ header, money: { currency, minor }, verdict }];
    if (own.some((row) => isAmountTooWide(row["WRBTR"]))) return one(rejected("amount-overflow"));
    const isPosted = header["RBSTAT"] === "5";
    const difference = isPosted ? historyDifference(own, history.get(id) ?? []) : undefined;
    if (difference !== undefined) return one(rejected("invoice-history-differs"), difference);
    const whole = !isPosted
      ? excluded("invoice-not-posted")
      : cancelled.has(id)
        ? excluded("invoice-cancelled-unposted")
        : undefined;
    if (own.length === 0) return one(whole ?? excluded("invoice-without-purchase-order"));
    const taxes = taxesOf(header, own, orders);
    const split = lines.get(id) ?? [];
    const ofInvoice = holdWhole(
      split.map((line) => {
        const money = { currency, minor: line.minor };
        const base = { header, money, order: line.row["EBELN"] ?? "", kept: line.retained };
        if (whole !== undefined) return { ...base, verdict: whole };
        const ofRow = split.filter(({ row }) => row === line.row);
        return { ...base, ...judgeLine(header, line, taxOf(line, ofRow, taxes[own.indexOf(line.row)]), orders) };
      }),
    );
    return [...ofInvoice, ...judgeReleases(ofInvoice, retentions)];
  });
  return holdWithoutPeriod(atoms);
}
