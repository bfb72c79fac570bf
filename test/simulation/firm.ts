// A small construction firm in SAP, and its books as an accountant would keep them: what each vendor, order item and posting is, and what must
// become of it. Rows for the simulated ECC are written from the books, never read back; so the auditor knows what SAP held without reading SAP.
import type { EccRow, ProcoreSeed } from "../../src/sandbox/world.ts";
import { text } from "./amounts.ts";
import { createDice, type Dice } from "./dice.ts";
import { costTypeOf } from "./fates.ts";
import { InvoiceBooks } from "./invoices.ts";

export type Element = { pspnr: string; posid: string; project: number; costCode: string; isMapped: boolean };
export type Vendor = { lifnr: string; name: string; kind: "good" | "one-time" | "blocked" };
export type Share = { zekkn: string; element: Element; account: string; minor: bigint; quantity: number };
export type Item = { ebelp: string; shares: Share[] };
export type Order = { ebeln: string; vendor: Vendor; isReleased: boolean; items: Item[] };
/** `order`: the item that the line is cost of. */
export type Line = {
  buzei: string;
  minor: bigint;
  account: string;
  element?: Element;
  vendor?: Vendor;
  order?: { order: Order; item: Item };
};
export type Document = { belnr: string; month: number; lines: Line[] };

export const companyId = 77;
export const client = { clientId: "cid", clientSecret: "secret" } as const;
export const projects = [810, 820, 830] as const;
const accounts = Object.keys(costTypeOf);
export const materialGroup = "STEEL";
const payable = "0000160000";
const year = "2026";

export const numberOf = (project: number): string => `P-${project}`;

const elements: readonly Element[] = projects.flatMap((project, row) =>
  [1, 2, 3].map((each) => ({
    pspnr: `00${row + 1}0000${each}`.slice(0, 8),
    posid: `${numberOf(project)}-0${each}`,
    project,
    costCode: `0${each}-100`,
    // One of all has no rule: what is assigned to it waits.
    isMapped: !(row === 2 && each === 3),
  })),
);

export const budgetCodeIdOf = (project: number, costCode: string, costType: string): number =>
  project * 1_000 + Number(costCode[1]) * 10 + ["M", "L", "O"].indexOf(costType);

export const mappedElements = elements.filter(({ isMapped }) => isMapped);

export const procoreSeed: ProcoreSeed = {
  companies: [{ id: companyId, name: "Group" }],
  clients: [{ ...client, companyId, permittedProjectIds: [...projects] }],
  projects: projects.map((id) => ({
    id,
    companyId,
    name: `Tower ${id}`,
    projectNumber: numberOf(id),
    active: true,
    currencyIsoCode: "USD",
    costCodes: [1, 2, 3].map((each) => ({ id: id * 100 + each, fullCode: `0${each}-100`, name: `Trade ${each}` })),
    wbsCodes: [1, 2, 3].flatMap((each) =>
      ["M", "L", "O"].map((costType) => ({
        id: budgetCodeIdOf(id, `0${each}-100`, costType),
        costCode: `0${each}-100`,
        costType,
      })),
    ),
    billingPeriods: [{ id: id * 10, startDate: "2026-09-01", endDate: "2026-09-30", dueDate: "2026-09-30", status: "open" }],
  })),
  lineItemTypes: [
    { id: 21, companyId, code: "M", name: "Materials", baseType: "materials" },
    { id: 22, companyId, code: "L", name: "Labour", baseType: "labor" },
    { id: 23, companyId, code: "O", name: "Other", baseType: "other" },
  ],
  vendors: [],
};

const plain = (minor: bigint): string => text(minor < 0n ? -minor : minor);

export type Write = (table: string, row: EccRow) => void;

const atomsWanted = 100;

export class Firm {
  /** Whether the accountant changed the rules and had what was posted follow them. */
  isRecoded = false;
  readonly vendors: Vendor[] = [];
  readonly orders: Order[] = [];
  readonly documents: Document[] = [];
  readonly invoices: InvoiceBooks;
  readonly #dice: Dice;
  readonly #write: Write;
  #changes = 0;
  /** SAP's own day. */
  today = "20260928";

  constructor(seed: number, write: Write) {
    this.#dice = createDice(seed, "firm");
    this.#write = write;
    const note = (objectClass: string, key: string) => this.#note(objectClass, key);
    this.invoices = new InvoiceBooks({ dice: createDice(seed, "invoices"), write, note, today: () => this.today });
  }

  /** The firm as the first sync finds it: more than a hundred atoms over all flows. */
  found(): void {
    this.#organise();
    const kinds = ["good", "good", "one-time", "blocked", "good", "good", "good", "good", "good", "good"] as const;
    for (const kind of kinds) this.addVendor(kind);
    for (let count = 0; count < 9; count += 1) this.addOrder();
    // Of every other order: what is billed of one can be changed no more, and the others are.
    for (const order of this.orders.filter((_, at) => at % 2 === 0))
      for (let count = this.#dice.between(1, 3); count > 0; count -= 1)
        this.invoices.bill(order, this.#dayOf(this.#dice.between(7, 9)));
    while (this.atomCount() < atomsWanted) this.addDocument();
  }

  atomCount(): number {
    const shares = this.orders.flatMap(({ items }) => items.flatMap((item) => item.shares));
    return this.vendors.length + shares.length + this.invoices.atomCount() + this.documents.flatMap(({ lines }) => lines).length;
  }

  #dayOf(month: number): string {
    return `${year}${String(month).padStart(2, "0")}15`;
  }

  #organise(): void {
    const write = this.#write;
    write("T001", { BUKRS: "1000", BUTXT: "Group", LAND1: "US", WAERS: "USD", KTOPL: "CAGR", PERIV: "K4" });
    write("TKA01", { KOKRS: "1000", BEZEI: "Group", WAERS: "USD", KTOPL: "CAGR", LMONA: "K4" });
    write("TKA02", { BUKRS: "1000", GSBER: "", KOKRS: "1000" });
    write("TCURX", { CURRKEY: "JPY", CURRDEC: "0" });
    write("T052U", { SPRAS: "E", ZTERM: "0001", ZTAGG: "00", TEXT1: "Due immediately" });
    for (const account of accounts)
      write("CSKB", { KOKRS: "1000", KSTAR: account, DATBI: "99991231", DATAB: "20100101", KATYP: "01" });
    for (const { pspnr, posid } of elements) write("PRPS", { PSPNR: pspnr, POSID: posid, PBUKR: "1000", PKOKR: "1000" });
  }

  addVendor(kind: Vendor["kind"] = "good"): void {
    const lifnr = String(100_001 + this.vendors.length).padStart(10, "0");
    const vendor: Vendor = { lifnr, name: `Vendor ${lifnr}`, kind };
    this.vendors.push(vendor);
    this.#writeVendor(vendor);
    this.#write("LFB1", { LIFNR: lifnr, BUKRS: "1000", ERDAT: this.today, AKONT: payable, ZTERM: "0001" });
    this.#note("KRED", lifnr);
  }

  #writeVendor({ lifnr, name, kind }: Vendor): void {
    this.#write("LFA1", {
      LIFNR: lifnr,
      LAND1: "US",
      NAME1: name,
      ORT01: "Denver",
      KTOKK: "KRED",
      ERDAT: this.today,
      ...(kind === "one-time" ? { XCPDK: "X" } : {}),
      ...(kind === "blocked" ? { SPERR: "X" } : {}),
    });
  }

  /** A change document, by which a reading between sweeps finds what was touched. */
  #note(objectClass: string, key: string): void {
    this.#changes += 1;
    const CHANGENR = String(this.#changes).padStart(10, "0");
    this.#write("CDHDR", { OBJECTCLAS: objectClass, OBJECTID: key, CHANGENR, UDATE: this.today, UTIME: "120000", TCODE: "X" });
  }

  #share(zekkn: string, element: Element): Share {
    const quantity = this.#dice.between(1, 9);
    // Each unit costs the same whole number of cents, so that a split by quantity leaves no remainder.
    return { zekkn, element, account: this.#dice.pick(accounts), quantity, minor: 0n };
  }

  #addItem(order: Order, at: number): void {
    const count = this.#dice.chance(0.3) ? 2 : 1;
    const shares = Array.from({ length: count }, (_, each) => this.#share(`0${each + 1}`, this.#dice.pick(elements)));
    const item: Item = { ebelp: String((at + 1) * 10).padStart(5, "0"), shares };
    order.items.push(item);
    this.#price(item);
    this.#writeItem(order, item);
  }

  #price({ shares }: Item): void {
    const unit = BigInt(this.#dice.between(101, 99_999));
    for (const share of shares) share.minor = unit * BigInt(share.quantity);
  }

  #writeItem({ ebeln }: Order, { ebelp, shares }: Item): void {
    const sum = (values: readonly bigint[]) => values.reduce((total, each) => total + each, 0n);
    const quantity = shares.reduce((total, share) => total + share.quantity, 0);
    const net = text(sum(shares.map(({ minor }) => minor)));
    const key = { EBELN: ebeln, EBELP: ebelp };
    this.#write("EKPO", {
      ...key,
      AEDAT: this.today,
      TXZ01: `Item ${ebelp}`,
      BUKRS: "1000",
      MATKL: materialGroup,
      MENGE: `${quantity}.000`,
      MEINS: "EA",
      NETPR: net,
      PEINH: "1",
      NETWR: net,
      PSTYP: "0",
      KNTTP: "P",
      ...(shares.length > 1 ? { VRTKZ: "1" } : {}),
      BSTYP: "F",
    });
    this.#write("EKET", { ...key, ETENR: "0001", EINDT: "20261101", MENGE: `${quantity}.000` });
    for (const share of shares)
      this.#write("EKKN", {
        ...key,
        ZEKKN: share.zekkn,
        AEDAT: this.today,
        MENGE: `${share.quantity}.000`,
        SAKTO: share.account,
        PS_PSP_PNR: share.element.pspnr,
        KOKRS: "1000",
      });
  }

  #writeHeader({ ebeln, vendor, isReleased }: Order): void {
    this.#write("EKKO", {
      EBELN: ebeln,
      BUKRS: "1000",
      BSTYP: "F",
      BSART: "NB",
      AEDAT: this.today,
      LIFNR: vendor.lifnr,
      ZTERM: "0001",
      WAERS: "USD",
      WKURS: "1.00000",
      BEDAT: this.today,
      ...(isReleased ? {} : { FRGRL: "X" }),
    });
    this.#note("EINKBELEG", ebeln);
  }

  addOrder(): void {
    const ebeln = String(4_500_000_001 + this.orders.length);
    const order: Order = { ebeln, vendor: this.#dice.pick(this.vendors), isReleased: this.#dice.chance(0.8), items: [] };
    this.orders.push(order);
    this.#writeHeader(order);
    const count = this.#dice.between(1, 3);
    for (let at = 0; at < count; at += 1) this.#addItem(order, at);
  }

  #costLine(lines: readonly Line[]): Line {
    const buzei = String(lines.length + 1).padStart(3, "0");
    const sign = this.#dice.chance(0.15) ? -1n : 1n;
    const minor = sign * BigInt(this.#dice.between(1, 999_999));
    const line = { buzei, minor, account: this.#dice.pick(accounts), element: this.#dice.pick(elements) };
    if (!this.#dice.chance(0.15) || this.orders.length === 0) return line;
    const order = this.#dice.pick(this.orders);
    return { ...line, order: { order, item: this.#dice.pick(order.items) } };
  }

  addDocument(month: number = this.#dice.between(7, 9)): void {
    const lines: Line[] = [];
    const count = this.#dice.between(1, 4);
    for (let each = 0; each < count; each += 1) lines.push(this.#costLine(lines));
    const balance = lines.reduce((total, { minor }) => total + minor, 0n);
    const buzei = String(lines.length + 1).padStart(3, "0");
    const vendor = this.#dice.chance(0.5) ? { vendor: this.#dice.pick(this.vendors) } : {};
    this.#post(month, [...lines, { buzei, minor: -balance, account: payable, ...vendor }]);
  }

  #post(month: number, lines: Line[], reversalOf?: Document): void {
    const belnr = String(1_900_000_001 + this.documents.length);
    this.documents.push({ belnr, month, lines });
    const day = this.#dayOf(month);
    const key = { BUKRS: "1000", BELNR: belnr, GJAHR: year };
    this.#write("BKPF", {
      ...key,
      BLART: "KR",
      BLDAT: day,
      BUDAT: day,
      MONAT: String(month).padStart(2, "0"),
      CPUDT: this.today,
      WAERS: "USD",
      HWAER: "USD",
      ...(reversalOf ? { STBLG: reversalOf.belnr, STJAH: year, XREVERSAL: "2" } : {}),
    });
    for (const { buzei, minor, account, element, vendor, order } of lines)
      this.#write("BSEG", {
        ...key,
        BUZEI: buzei,
        KOART: vendor ? "K" : "S",
        SHKZG: minor < 0n ? "H" : "S",
        DMBTR: plain(minor),
        WRBTR: plain(minor),
        HKONT: account,
        ...(element ? { PROJK: element.pspnr, KOKRS: "1000" } : {}),
        ...(vendor ? { LIFNR: vendor.lifnr } : {}),
        ...(order ? { EBELN: order.order.ebeln, EBELP: order.item.ebelp } : {}),
      });
  }

  /** A working day between two syncs. */
  workOn(day: string): void {
    this.invoices.nextDay();
    this.today = day;
    const dice = this.#dice;
    this.addVendor();
    this.#rename(dice.pick(this.vendors));
    for (const vendor of this.vendors) if (vendor.kind === "blocked" && dice.chance(0.5)) this.#unblock(vendor);
    this.addOrder();
    const changeable = this.orders.filter((order) => !this.invoices.isInvoiced(order));
    for (let count = dice.between(1, 3); count > 0; count -= 1) this.#changePrice(dice.pick(changeable));
    this.#extend(dice.pick(changeable));
    for (const order of this.orders) if (!order.isReleased && dice.chance(0.5)) this.#release(order);
    for (let count = dice.between(2, 4); count > 0; count -= 1) this.addDocument();
    // A late one opens the next part of a group that was posted.
    this.addDocument(7);
    this.#invoice();
    const reversed = dice.pick(this.documents);
    this.#post(
      reversed.month,
      reversed.lines.map((line) => ({ ...line, minor: -line.minor })),
      reversed,
    );
  }

  /** New ones, one of them late, one taken back at once; and one of yesterday's, whether it was billed by then or not. */
  #invoice(): void {
    const dice = this.#dice;
    const yesterdays = [...this.invoices.all];
    const orders = this.orders.filter((order) => this.invoices.isInvoiced(order));
    this.invoices.bill(dice.pick(orders));
    this.invoices.bill(dice.pick(orders), this.#dayOf(7));
    this.invoices.cancel(this.invoices.bill(dice.pick(orders)));
    this.invoices.cancel(dice.pick(yesterdays));
  }

  #rename(vendor: Vendor): void {
    vendor.name = `${vendor.name} Ltd`;
    this.#writeVendor(vendor);
    this.#note("KRED", vendor.lifnr);
  }

  #unblock(vendor: Vendor): void {
    vendor.kind = "good";
    this.#writeVendor(vendor);
    this.#note("KRED", vendor.lifnr);
  }

  #changePrice(order: Order): void {
    const item = this.#dice.pick(order.items);
    this.#price(item);
    this.#writeItem(order, item);
    this.#note("EINKBELEG", order.ebeln);
  }

  #extend(order: Order): void {
    this.#addItem(order, order.items.length);
    this.#note("EINKBELEG", order.ebeln);
  }

  #release(order: Order): void {
    order.isReleased = true;
    this.#writeHeader(order);
  }
}
