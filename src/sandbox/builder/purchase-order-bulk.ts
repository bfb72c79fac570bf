/**
 * The ordinary purchase orders of the group: materials, services and rentals for one project each, with the everyday share of
 * deleted items, returns, splits and orders that still wait for release.
 */
import { addDays, earlierOf, monthStart } from "./days.ts";
import { type Group, type ObjectFields, pickElement, pickProject, type SapProject, vendorsOf } from "./group.ts";
import { accountsOf, type CostType } from "./organisation.ts";
import { type AssignmentDraft, addOrder, type EbelnRange, type ItemDraft } from "./purchase-orders.ts";

type Good = { text: string; matkl: string; costType: CostType; unit: string; low: number; high: number; isService?: boolean };

const goods: readonly Good[] = [
  { text: "Ready-mix concrete C30/37", matkl: "CONCRETE", costType: "M", unit: "M3", low: 9_000, high: 16_000 },
  { text: "Rebar #5, 20 ft", matkl: "STEEL", costType: "M", unit: "EA", low: 1_100, high: 2_400 },
  { text: "Wide-flange beam W12x26", matkl: "STEEL", costType: "M", unit: "EA", low: 38_000, high: 91_000 },
  { text: 'Plywood 3/4" CDX', matkl: "LUMBER", costType: "M", unit: "EA", low: 3_900, high: 6_200 },
  { text: "Conduit EMT 1 in", matkl: "ELEC", costType: "M", unit: "M", low: 450, high: 990 },
  { text: "Excavator 20 t, monthly", matkl: "RENTAL", costType: "E", unit: "MON", low: 420_000, high: 890_000 },
  {
    text: "Subcontract works, lump sum",
    matkl: "SUBCON",
    costType: "S",
    unit: "AU",
    low: 1_500_000,
    high: 48_000_000,
    isService: true,
  },
  { text: "Electrical subcontract", matkl: "SUBCON", costType: "S", unit: "AU", low: 900_000, high: 22_000_000, isService: true },
  { text: "Permit expediting", matkl: "MISC", costType: "O", unit: "AU", low: 25_000, high: 260_000, isService: true },
];

/** Yen have no minor unit: a price in yen is the dollar price in cents, so that both are of a size. */
function objectFields(group: Group, project: SapProject): { knttp: string; object: ObjectFields } {
  const turn = group.draw.int(0, 99);
  if (turn < 4) {
    const activity = group.draw.pick(project.activities);
    return { knttp: "N", object: { NPLNR: activity.nplnr, AUFPL: activity.aufpl, APLZL: activity.aplzl } };
  }
  if (turn < 8) return { knttp: "F", object: { AUFNR: group.draw.pick(project.orders).aufnr } };
  if (turn < 11) return { knttp: "K", object: { KOSTL: group.draw.pick(project.company.yards) } };
  return { knttp: "P", object: { PROJK: pickElement(group, project).pspnr } };
}

function splitAssignments(group: Group, project: SapProject, item: ItemDraft, account: string): ItemDraft {
  const count = group.draw.int(2, 3);
  const part = item.quantity / BigInt(count);
  const percents = count === 2 ? [333n, 667n] : [333n, 333n, 334n];
  const isPercent = group.draw.chance(50);
  const assignments = percents.map((percent, index): AssignmentDraft => {
    const element = project.elements[index] ?? pickElement(group, project);
    const quantity = index === count - 1 ? item.quantity - part * BigInt(count - 1) : part;
    return { object: { PROJK: element.pspnr }, account, ...(isPercent ? { percent } : { quantity }) };
  });
  return { ...item, knttp: "P", vrtkz: isPercent ? "2" : "1", assignments };
}

function drawItem(group: Group, project: SapProject): ItemDraft {
  const { draw } = group;
  const good = draw.pick(goods);
  const account = draw.pick(accountsOf(good.costType));
  const quantity = good.isService ? 1000n : BigInt(draw.int(1, 240)) * (good.unit === "M3" ? 500n : 1000n);
  const item: ItemDraft = {
    text: good.text,
    matkl: good.matkl,
    unit: good.unit,
    quantity,
    price: BigInt(draw.int(good.low, good.high)),
    ...(good.isService ? { pstyp: "9", hasReceipt: false } : {}),
    ...(draw.chance(2) ? { loekz: "L" } : draw.chance(0.5) ? { loekz: "S" } : {}),
    ...(draw.chance(1) ? { isReturn: true } : {}),
    assignments: [],
  };
  if (draw.chance(3)) return splitAssignments(group, project, item, account);
  if (!good.isService && draw.chance(3)) return { ...item, matnr: `MAT-${good.matkl}`, werks: draw.pick(project.company.plants) };
  const { knttp, object } = objectFields(group, project);
  return { ...item, knttp, assignments: [{ object, account }] };
}

/** Spreads the items evenly enough that the last order still gets at least one. */
function itemCount(group: Group, items: number, orders: number): number {
  if (orders <= 1) return Math.max(1, items);
  const mean = items / orders;
  const most = Math.min(items - (orders - 1), Math.ceil(mean * 2) - 1);
  return Math.max(1, Math.min(most, group.draw.int(1, Math.max(1, Math.ceil(mean * 2) - 1))));
}

export function addBulkOrders(group: Group, range: EbelnRange): void {
  const { options, draw, tables } = group;
  const first = monthStart(options.asOf, -7);
  const total = options.purchaseOrders - tables.rows("EKKO").length;
  for (let index = 0; index < total; index += 1) {
    const project = pickProject(group);
    const isBad = draw.chance(0.7);
    const vendor = draw.pick(isBad ? group.badVendors : poolOf(group, project));
    const left = Math.max(0, options.poLines - tables.rows("EKPO").length);
    const items = Array.from({ length: itemCount(group, left, total - index) }, () => drawItem(group, project));
    const days = Math.floor((index * 235) / total);
    const bedat = addDays(first, Math.max(0, Math.min(days, 205) + draw.int(0, 5)));
    addOrder(group, {
      ebeln: range.next(),
      company: project.company,
      lifnr: vendor.lifnr,
      bedat: earlierOf(bedat, options.asOf),
      ...(items.every((item) => item.pstyp === "9") ? { bsart: "FO" } : {}),
      ...(draw.chance(5) ? { header: { FRGGR: "01", FRGSX: "S1", FRGKE: "B", FRGRL: "X", PROCSTAT: "03" } } : {}),
      items,
    });
  }
}

/** A site buys from few: each project has its own pool, the same for orders and invoices. */
export function poolOf(group: Group, project: SapProject): ReturnType<typeof vendorsOf> {
  const vendors = vendorsOf(group, project.company);
  const size = Math.min(vendors.length, 40);
  const start = (Number(project.pspnr) * 37) % vendors.length;
  return Array.from({ length: size }, (_, index) => vendors[(start + index) % vendors.length]).filter(
    (vendor) => vendor !== undefined,
  );
}
