/**
 * The manifest of a world, read from the very rows that its files hold: what a correct run must post, hold, exclude and reject, in
 * count and money. The product follows the same rules by code of its own; where the two differ, one of them is wrong.
 */
import type { EccSystem, Manifest, ManifestProject, ProcoreSeed } from "../../world.ts";
import { type Decimals, fixed } from "../amount.ts";
import { createMapping, type MappingRule } from "../mapping.ts";
import type { Tables } from "../tables.ts";
import { controlsOf } from "./controls.ts";
import { type CostAtom, judgeCosts } from "./costs.ts";
import { type InvoiceAtom, judgeInvoices, orderOf } from "./invoices.ts";
import { createObjectReader } from "./objects.ts";
import { createProcoreSide } from "./procore-side.ts";
import { judgeOrders, type OrderAtom } from "./purchase-orders.ts";
import type { Percents } from "./split.ts";
import { createFlowCounter, type Verdict } from "./tally.ts";
import { directoryOf, judgeVendors } from "./vendors.ts";

export type { OrderAtom } from "./purchase-orders.ts";
export { splitItem } from "./split.ts";

export type WorldParts = { system: EccSystem; tables: Tables; seed: ProcoreSeed; rules: readonly MappingRule[] };
export type Judgement = {
  vendors: ReadonlyMap<string, Verdict>;
  orders: readonly OrderAtom[];
  invoices: readonly InvoiceAtom[];
  costs: readonly CostAtom[];
};

/** `percents`: built worlds let their user call the BAPI that has all digits. */
export function judgeWorld(parts: Omit<WorldParts, "system">, percents: Percents = "exact"): Judgement {
  const objects = createObjectReader(parts.tables);
  const procore = createProcoreSide(parts.seed, createMapping(parts.rules));
  const vendors = judgeVendors(parts.tables, parts.seed);
  const orders = judgeOrders(parts.tables, { objects, procore, vendors, percents });
  const invoices = judgeInvoices(parts.tables, orders);
  return { vendors, orders, invoices, costs: judgeCosts(parts.tables, { objects, procore, vendors, orders }) };
}

const byKey = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function contractsOf(orders: readonly OrderAtom[], decimalsOf: Decimals): Manifest["contracts"] {
  type Contract = Manifest["contracts"][number];
  const contracts = new Map<string, Omit<Contract, "lines"> & { lines: Contract["lines"][number][] }>();
  for (const { header, ebelp, zekkn, money, place } of orders) {
    if (place === undefined) continue;
    const key = `${header["EBELN"]} ${place.project.id}`;
    const contract = contracts.get(key) ?? {
      purchaseOrder: header["EBELN"] ?? "",
      procoreProjectId: place.project.id,
      vendor: header["LIFNR"] ?? "",
      status: header["FRGRL"] === "X" ? ("Draft" as const) : ("Approved" as const),
      lines: [],
    };
    contracts.set(key, contract);
    contract.lines.push({
      item: ebelp,
      assignment: zekkn,
      amount: fixed(money.minor, decimalsOf(money.currency)),
      budgetCode: place.budgetCode,
    });
  }
  return [...contracts.values()];
}

function requisitionsOf(invoices: readonly InvoiceAtom[], decimalsOf: Decimals): Manifest["requisitions"] {
  type Sum = { work: bigint; retained: bigint; released: bigint };
  const requisitions = new Map<string, { atom: InvoiceAtom; lines: Map<string, Sum> }>();
  for (const atom of invoices) {
    const { header, bill } = atom;
    if (bill === undefined) continue;
    const key = `${header["BELNR"]} ${header["GJAHR"]} ${bill.order} ${bill.project.id} ${bill.released === undefined ? "" : "R"}`;
    const requisition = requisitions.get(key) ?? { atom, lines: new Map<string, Sum>() };
    requisitions.set(key, requisition);
    const line = `${bill.item} ${bill.assignment}`;
    const sum = requisition.lines.get(line) ?? { work: 0n, retained: 0n, released: 0n };
    requisition.lines.set(line, {
      work: sum.work + bill.work,
      retained: sum.retained + bill.retained,
      released: sum.released + (bill.released?.minor ?? 0n),
    });
  }
  return [...requisitions.values()]
    .sort((a, b) => byKey(orderOf(a.atom), orderOf(b.atom)))
    .map(({ atom: { header, money, bill }, lines }) => ({
      invoice: `${header["BELNR"]}.${header["GJAHR"]}`,
      purchaseOrder: bill?.order ?? "",
      procoreProjectId: bill?.project.id ?? 0,
      isRelease: bill?.released !== undefined,
      lines: [...lines].map(([line, { work, retained, released }]) => ({
        item: line.split(" ")[0] ?? "",
        assignment: line.split(" ")[1] ?? "",
        work: fixed(work, decimalsOf(money.currency)),
        retained: fixed(retained, decimalsOf(money.currency)),
        released: fixed(released, decimalsOf(money.currency)),
      })),
    }));
}

type ProjectSums = {
  requisitions: Set<string>;
  invoiced: bigint;
  contracts: Set<string>;
  lines: number;
  commitments: bigint;
  costs: bigint;
  byCode: Map<string, bigint>;
};

function sumProjects(judgement: Judgement): ReadonlyMap<number, ProjectSums> {
  const sums = new Map<number, ProjectSums>();
  const sumOf = (id: number): ProjectSums => {
    const sum = sums.get(id) ?? {
      requisitions: new Set(),
      invoiced: 0n,
      contracts: new Set(),
      lines: 0,
      commitments: 0n,
      costs: 0n,
      byCode: new Map(),
    };
    sums.set(id, sum);
    return sum;
  };
  for (const { header, money, place } of judgement.orders) {
    if (place === undefined) continue;
    const sum = sumOf(place.project.id);
    sum.contracts.add(header["EBELN"] ?? "");
    sum.lines += 1;
    sum.commitments += money.minor;
  }
  for (const { header, bill } of judgement.invoices) {
    if (bill === undefined) continue;
    const sum = sumOf(bill.project.id);
    sum.requisitions.add(`${header["BELNR"]} ${header["GJAHR"]} ${bill.order} ${bill.released === undefined ? "" : "R"}`);
    sum.invoiced += bill.work;
  }
  for (const { money, place } of judgement.costs) {
    if (place === undefined) continue;
    const sum = sumOf(place.project.id);
    sum.costs += money.minor;
    sum.byCode.set(place.budgetCode, (sum.byCode.get(place.budgetCode) ?? 0n) + money.minor);
  }
  return sums;
}

function projectsOf(seed: ProcoreSeed, judgement: Judgement, decimalsOf: Decimals): readonly ManifestProject[] {
  const sums = sumProjects(judgement);
  const permitted = seed.clients[0]?.permittedProjectIds ?? "all";
  return seed.projects
    .filter(({ id }) => permitted === "all" || permitted.includes(id))
    .map((project): ManifestProject => {
      const sum = sums.get(project.id);
      const currency = project.currencyIsoCode;
      const codes = [...(sum?.byCode ?? [])].sort(([a], [b]) => byKey(a, b));
      return {
        procoreProjectId: project.id,
        projectNumber: project.projectNumber,
        currency,
        contracts: sum?.contracts.size ?? 0,
        contractLines: sum?.lines ?? 0,
        commitments: fixed(sum?.commitments ?? 0n, decimalsOf(currency)),
        requisitions: sum?.requisitions.size ?? 0,
        invoiced: fixed(sum?.invoiced ?? 0n, decimalsOf(currency)),
        directCosts: fixed(sum?.costs ?? 0n, decimalsOf(currency)),
        directCostsByCode: Object.fromEntries(codes.map(([code, minor]) => [code, fixed(minor, decimalsOf(currency))])),
      };
    });
}

/** TCURX lists the exceptions; every other currency has two decimals (sap-data 1). */
function decimalsIn(tables: Tables): Decimals {
  const exceptions = new Map(tables.rows("TCURX").map((row) => [row["CURRKEY"] ?? "", Number(row["CURRDEC"] ?? "0")]));
  return (currency) => exceptions.get(currency) ?? 2;
}

export function manifestOf(
  parts: WorldParts,
  about: Pick<Manifest, "seed" | "asOf" | "options" | "nasty">,
  judgement = judgeWorld(parts),
): Manifest {
  const decimalsOf = decimalsIn(parts.tables);
  const vendors = createFlowCounter(decimalsOf);
  for (const verdict of judgement.vendors.values()) vendors.count(verdict);
  const orders = createFlowCounter(decimalsOf);
  for (const atom of judgement.orders) orders.count(atom.verdict, atom.money);
  const invoices = createFlowCounter(decimalsOf);
  for (const atom of judgement.invoices) invoices.count(atom.verdict, atom.money);
  const costs = createFlowCounter(decimalsOf);
  for (const atom of judgement.costs) costs.count(atom.verdict, atom.money);
  return {
    seed: about.seed,
    asOf: about.asOf,
    systemId: parts.system.systemId,
    client: parts.system.client,
    options: about.options,
    flows: { vendors: vendors.flow(), "purchase-orders": orders.flow(), invoices: invoices.flow(), costs: costs.flow() },
    projects: projectsOf(parts.seed, judgement, decimalsOf),
    contracts: contractsOf(judgement.orders, decimalsOf),
    directory: directoryOf(parts.tables, parts.seed, judgement.vendors),
    requisitions: requisitionsOf(judgement.invoices, decimalsOf),
    nasty: about.nasty,
    controls: controlsOf(parts.tables, decimalsOf),
  };
}
