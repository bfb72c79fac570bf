/**
 * One purchase order for each case that has broken somebody's interface: splits with a remainder, several projects, foreign money,
 * deleted, blocked, held and unreleased ones, transfers, contracts, and texts that no delimiter survives.
 */
import { addDays } from "./days.ts";
import { booksFrom } from "./document-days.ts";
import type { Element, Group, GroupVendor, ObjectFields, SapProject } from "./group.ts";
import { vendorsOf } from "./group.ts";
import { companies } from "./organisation.ts";
import { addOrder, type EbelnRange, type ItemDraft, type OrderDraft } from "./purchase-orders.ts";

export type Cast = {
  /** Permitted projects of the first company code, the second company code and the third. */
  home: SapProject;
  other: SapProject;
  canada: SapProject | undefined;
  japan: SapProject | undefined;
  absent: SapProject;
  hidden: SapProject;
  vendor: GroupVendor;
};

export function castOf(group: Group): Cast {
  const permitted = group.projects.filter(({ procore }) => procore.kind === "permitted");
  const of = (bukrs: string) => permitted.filter((project) => project.company.bukrs === bukrs);
  const [home, other] = of("1000");
  const absent = group.projects.find(({ procore }) => procore.kind === "absent");
  const hidden = group.projects.find(({ procore }) => procore.kind === "not-permitted");
  if (home === undefined || absent === undefined || hidden === undefined) throw new Error("the group needs at least one project");
  const [vendor] = vendorsOf(group, home.company);
  if (vendor === undefined) throw new Error("the group needs at least one vendor");
  return { home, other: other ?? home, canada: of("1100")[0], japan: of("1200")[0], absent, hidden, vendor };
}

export const onElement = (project: SapProject, index: number): ObjectFields => ({ PROJK: elementAt(project, index).pspnr });

export function elementAt(project: SapProject, index: number): Element {
  const element = project.elements[index];
  if (element === undefined) throw new Error(`project ${project.pspid} has no element ${index}`);
  return element;
}

const material = "0000420000";

/** One steel item for 100.00 unless told otherwise. */
function item(object: ObjectFields | undefined, facts: Partial<ItemDraft> = {}): ItemDraft {
  return {
    text: "Anchor bolts",
    matkl: "STEEL",
    quantity: 10_000n,
    price: 1_000n,
    ...(object === undefined ? {} : { knttp: "P" }),
    assignments: object === undefined ? [] : [{ object, account: material }],
    ...facts,
  };
}

type Writer = (note: string, facts: Partial<OrderDraft> & { items: readonly ItemDraft[] }) => void;

function splits(cast: Cast, write: Writer): void {
  const { home, other } = cast;
  const thirds = [0, 1, 2].map((at) => ({ object: onElement(home, at), account: material, quantity: 1_000n }));
  write("split by quantity (VRTKZ 1), the last share takes the remainder", {
    items: [item(undefined, { knttp: "P", vrtkz: "1", quantity: 3_000n, price: 3_333n, netwr: 10_000n, assignments: thirds })],
  });
  const percents = [333n, 333n, 334n].map((percent, at) => ({ object: onElement(home, at), account: material, percent }));
  write("split by percent (VRTKZ 2) with non-deductible tax", {
    items: [item(undefined, { knttp: "P", vrtkz: "2", netwr: 10_001n, navnw: 833n, assignments: percents })],
  });
  write("one order for two Procore projects, item by item", { items: [item(onElement(home, 0)), item(onElement(other, 1))] });
  const across = [
    { object: onElement(home, 0), account: material, percent: 500n },
    { object: onElement(other, 0), account: material, percent: 500n },
  ];
  write("one item split over two Procore projects", {
    items: [item(undefined, { knttp: "P", vrtkz: "2", netwr: 100_001n, assignments: across })],
  });
  const unmapped = home.elements.find((element) => !element.isMapped);
  if (unmapped === undefined) return;
  const half = [
    { object: onElement(home, 0), account: material, percent: 500n },
    { object: { PROJK: unmapped.pspnr }, account: material, percent: 500n },
  ];
  write("split item of which one assignment has no mapping rule", {
    items: [item(undefined, { knttp: "P", vrtkz: "2", assignments: half }), item(onElement(home, 1))],
  });
}

/** What RFC_READ_TABLE returns with `*` instead of digits (sap-rfc 1.5), where it matters and where it does not. */
function widths(cast: Cast, write: Writer): void {
  const { home } = cast;
  const here = onElement(home, 1);
  const halves = [0, 1].map((at) => ({ object: onElement(home, at), account: material, percent: 500n }));
  const split = item(undefined, { knttp: "P", vrtkz: "2", netwr: 20_001n, assignments: halves });
  write("percent split that only the BAPI can deliver", { items: [{ ...split, hasNetwrByShare: false }, item(here)] });
  // Ten times 9.1 and once 9.0 percent: DEC 3,1 holds each of them.
  const small = Array.from({ length: 11 }, (_, at) => (at === 10 ? 90n : 91n)).map((percent, at) => {
    const object = onElement(home, at % 3);
    return { object, account: material, percent };
  });
  write("percent split in which every percentage is below 10", {
    items: [{ ...split, netwr: 77_777n, navnw: 333n, assignments: small, hasNetwrByShare: false }],
  });
  write("net value that the reader cannot deliver", {
    items: [item(here, { netwr: 1_000_000_000_000n, price: 100_000n }), item(here)],
  });
  write("non-deductible tax that the reader cannot deliver", { items: [item(here, { navnw: 1_000_000_000_000n })] });
  write("price that the reader cannot deliver, its value can be read", {
    items: [item(here, { quantity: 1_000n, price: 12_345_678_900n, priceUnit: 10_000n })],
  });
  write("foreign currency whose rate the reader cannot deliver", { waers: "KRW", wkurs: "-1325.40000", items: [item(here)] });
}

function currencies(cast: Cast, write: Writer): void {
  const { home, canada, japan } = cast;
  const items = [item(onElement(home, 0))];
  write("foreign currency, direct rate", { waers: "EUR", wkurs: "1.08500", items });
  write("foreign currency, indirect rate", { waers: "GBP", wkurs: "-0.79120", items });
  write("foreign currency with three decimals", {
    waers: "KWD",
    wkurs: "3.25000",
    items: [item(onElement(home, 0), { price: 12_345n })],
  });
  if (canada !== undefined) write("order in the wrong currency for its project", { items: [item(onElement(canada, 0))] });
  if (japan !== undefined) {
    const company = companies[2] ?? home.company;
    write("order in a currency without decimals", { company, items: [item(onElement(japan, 0), { price: 125_000n })] });
  }
}

function states(cast: Cast, write: Writer): void {
  const { home } = cast;
  const here = onElement(home, 1);
  write("deleted item", { items: [item(here), item(here, { loekz: "L" })] });
  write("blocked item", { items: [item(here), item(here, { loekz: "S" })] });
  write("deleted order", { header: { LOEKZ: "L" }, items: [item(here)] });
  write("returns item", { items: [item(here), item(here, { isReturn: true, quantity: 2_000n })] });
  write("order not yet released", {
    header: { FRGGR: "01", FRGSX: "S1", FRGKE: "B", FRGZU: "X", FRGRL: "X", PROCSTAT: "03" },
    items: [item(here)],
  });
  write("order on hold, incomplete", { header: { MEMORY: "X" }, items: [item(here)] });
  write("stock transfer order", {
    bsart: "UB",
    lifnr: "",
    header: { RESWK: home.company.plants[1] ?? "" },
    items: [item(undefined)],
  });
  write("order with a supplying plant that is not of type UB", {
    header: { RESWK: home.company.plants[1] ?? "" },
    items: [item(undefined)],
  });
  write("unknown account assignment", { items: [item(undefined, { knttp: "U" }), item(here)] });
  write("order without items", { items: [] });
}

function places(cast: Cast, write: Writer): void {
  const { home, absent, hidden } = cast;
  write("order for a project without a Procore project", { items: [item(onElement(absent, 0))] });
  write("order for a project that the client may not see", { items: [item(onElement(hidden, 0))] });
  write("stock item, assigned by its plant", {
    items: [item(undefined, { matnr: "MAT-STEEL" }), item(undefined, { matkl: "MISC" })],
  });
  write("stock item of a plant without a mapping rule", { items: [item(undefined, { werks: home.company.plants[1] ?? "" })] });
  const [belonging, alone] = home.orders;
  const orders = [belonging, alone].flatMap((order) =>
    order === undefined ? [] : [item({ AUFNR: order.aufnr }, { knttp: "F" })],
  );
  write("items on an order of a WBS element and on an order of its own", { items: orders });
  const networks = home.activities.map(({ nplnr, aufpl, aplzl }) =>
    item({ NPLNR: nplnr, AUFPL: aufpl, APLZL: aplzl }, { knttp: "N" }),
  );
  write("items on network activities, one without a WBS element", { items: networks });
  write("item with both a WBS element and a cost centre", {
    items: [item({ ...onElement(home, 0), KOSTL: home.company.headOffice })],
  });
  const grouped = { object: onElement(home, 0), account: "0000460000" };
  write("material group that decides the cost type", {
    items: [item(undefined, { knttp: "P", matkl: "CONCRETE", assignments: [grouped] })],
  });
}

function looks(cast: Cast, write: Writer): void {
  const { home } = cast;
  const here = onElement(home, 2);
  const text = (value: string) => item(here, { text: value });
  write("item text that begins with blanks", { items: [text("   three blanks first")] });
  write("item text with delimiters and quotes", { items: [text(`1/2" pipe; a|b,c 'q'\ttab`)] });
  write("item text with markup", { items: [text("Bolts <M16> & nuts > 10 &amp; more")] });
  write("item text with umlauts and Japanese", { items: [text("Träger für Überführung 鋼材 東京")] });
  write("alphanumeric vendor number on an order", { lifnr: "SUB-0042A", items: [item(here)] });
  write("price per thousand", { items: [item(here, { quantity: 2_500_000n, price: 4_567n, priceUnit: 1_000n })] });
  write("net value that is not quantity times price", { items: [item(here, { netwr: 9_737n })] });
  write("fraction of a unit", { items: [item(here, { quantity: 333n, price: 99_999n, unit: "M3" })] });
}

export function addNastyOrders(group: Group, cast: Cast, ranges: { orders: EbelnRange; contracts: EbelnRange }): void {
  let day = addDays(booksFrom(group.options.asOf), 3);
  const write: Writer = (note, facts) => {
    day = addDays(day, 1);
    const range = facts.bstyp === "K" ? ranges.contracts : ranges.orders;
    const draft = { company: cast.home.company, lifnr: cast.vendor.lifnr, bedat: day, ...facts };
    group.note(note, addOrder(group, { ebeln: range.next(), ...draft }));
  };
  splits(cast, write);
  currencies(cast, write);
  states(cast, write);
  places(cast, write);
  looks(cast, write);
  widths(cast, write);
  write("contract in EKKO", { bstyp: "K", bsart: "MK", items: [item(undefined, { netwr: 500_000n })] });
  for (const vendor of group.badVendors)
    write("order for a vendor that Procore will not get", { lifnr: vendor.lifnr, items: [item(onElement(cast.home, 0))] });
  const withGap = group.projects.find((project, index) => index % 3 === 1 && project.procore.kind === "permitted");
  const last = withGap?.elements.at(-1);
  if (withGap !== undefined && last !== undefined) {
    const assignments = [{ object: { PROJK: last.pspnr }, account: "0000440000" }];
    write("order on a budget code that Procore lacks", {
      company: withGap.company,
      lifnr: vendorsOf(group, withGap.company)[0]?.lifnr ?? cast.vendor.lifnr,
      items: [item(undefined, { knttp: "P", assignments })],
    });
  }
}
