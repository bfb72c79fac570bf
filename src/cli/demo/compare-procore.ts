/**
 * Lays Procore beside the manifest of the world: every contract and line by its origin id, every direct cost by project and budget code.
 * The manifest was written before the product started, and Procore was read through its public API, so neither side is the product's word.
 * Pure. Every difference is named; nothing is rounded, and nothing in Procore that SAP did not ask for goes unseen.
 */
import { type Flow, formatMoney, parseMoney } from "../../core/index.ts";
import type { Manifest } from "../../sandbox/index.ts";
import { compareRequisitions } from "./compare-requisitions.ts";
import type { ProcoreContract, ProcoreLine, ProcoreProject, ProcoreTotals } from "./procore-totals.ts";

/** `expected` is SAP's side (the manifest), `found` the other. */
export type Difference = { flow: Flow | "all flows"; place: string; what: string; expected: string; found: string };

/** Decimal text in the currency of the row. */
export type MoneyRow = { flow: Flow; currency: string; sap: string; procore: string; difference: string };
export type CountRow = { flow: Flow; what: string; sap: number; procore: number };
export type Comparison = { money: readonly MoneyRow[]; counts: readonly CountRow[]; differences: readonly Difference[] };

type Report = (difference: Difference) => void;
type ManifestContract = Manifest["contracts"][number];
type ManifestProject = Manifest["projects"][number];

const nothing = "nothing";

/** Decimal texts as minor units; what is no amount of the currency is reported and counts as nothing. */
function sumMinor(amounts: readonly string[], currency: string, about: { flow: Flow; place: string; report: Report }): bigint {
  let sum = 0n;
  for (const text of amounts) {
    const money = parseMoney(text, currency);
    if (money.ok) sum += money.value.minor;
    else about.report({ ...about, what: "amount", expected: `an amount of ${currency}`, found: text });
  }
  return sum;
}

const minorOf = (text: string, currency: string): bigint | undefined => {
  const money = parseMoney(text, currency);
  return money.ok ? money.value.minor : undefined;
};

/** The manifest's own texts are correct by construction; a broken one is a bug of the builder and must be loud. */
function manifestMinor(text: string, currency: string): bigint {
  const minor = minorOf(text, currency);
  if (minor === undefined) throw new Error(`the manifest says ${text} ${currency}, which is no amount`);
  return minor;
}

type Expectation = { flow: Flow; place: string; what: string; expected: string; found: string };

function expectSame(report: Report, expectation: Expectation): void {
  if (expectation.expected !== expectation.found) report(expectation);
}

function indexByOrigin<T extends { originId: string }>(
  records: readonly T[],
  about: { flow: Flow; place: string; report: Report; what: string },
): Map<string, T> {
  const index = new Map<string, T>();
  for (const record of records) {
    const place = `${about.place}, ${record.originId || "no origin id"}`;
    if (record.originId === "" || index.has(record.originId)) {
      const found = record.originId === "" ? "one without origin id" : "the same origin id twice";
      about.report({ flow: about.flow, place, what: about.what, expected: "one", found });
    }
    index.set(record.originId, record);
  }
  return index;
}

type Prefix = { systemId: string; client: string };
const originOf = ({ systemId, client }: Prefix, kind: string, ...parts: (string | number)[]) =>
  [systemId, client, kind, ...parts].join(".");

type ContractPair = { expected: ManifestContract; found: ProcoreContract; currency: string; place: string };

function compareContract(prefix: Prefix, pair: ContractPair, report: Report): void {
  const { expected, found, currency, place } = pair;
  const flow = "purchase-orders";
  expectSame(report, { flow, place, what: "status", expected: expected.status, found: found.status });
  expectSame(report, {
    flow,
    place,
    what: "vendor",
    expected: originOf(prefix, "VN", expected.vendor),
    found: found.vendor || nothing,
  });
  expectSame(report, { flow, place, what: "currency", expected: currency, found: found.currency });
  compareLines(prefix, pair, report);
}

function compareLines(prefix: Prefix, { expected, found, currency, place }: ContractPair, report: Report): void {
  const flow = "purchase-orders";
  const lines = indexByOrigin(found.lines, { flow, place, report, what: "line" });
  for (const { item, assignment, amount, budgetCode } of expected.lines) {
    const originId = originOf(prefix, "PL", expected.purchaseOrder, item, assignment, expected.procoreProjectId);
    const line = lines.get(originId);
    lines.delete(originId);
    const at = { flow, place: `${place}, line ${originId}` } as const;
    if (line === undefined) {
      report({ ...at, what: "line", expected: `${amount} ${currency}`, found: nothing });
      continue;
    }
    const isSame = minorOf(line.amount, currency) === manifestMinor(amount, currency);
    if (!isSame) report({ ...at, what: "amount", expected: `${amount} ${currency}`, found: `${line.amount} ${currency}` });
    expectSame(report, { ...at, what: "budget code", expected: budgetCode, found: line.budgetCode });
  }
  for (const line of lines.values())
    report({
      flow,
      place: `${place}, line ${line.originId}`,
      what: "line",
      expected: nothing,
      found: `${line.amount} ${currency}`,
    });
}

function compareContracts(
  prefix: Prefix,
  sides: { expected: readonly ManifestContract[]; found: ProcoreProject; currency: string; place: string },
  report: Report,
): void {
  const flow = "purchase-orders";
  const { currency, place } = sides;
  const contracts = indexByOrigin(sides.found.contracts, { flow, place, report, what: "contract" });
  for (const expected of sides.expected) {
    const originId = originOf(prefix, "PO", expected.purchaseOrder, expected.procoreProjectId);
    const found = contracts.get(originId);
    contracts.delete(originId);
    const at = `${place}, ${originId}`;
    if (found === undefined) report({ flow, place: at, what: "contract", expected: "one", found: nothing });
    else compareContract(prefix, { expected, found, currency, place: at }, report);
  }
  for (const { originId, total } of contracts.values())
    report({ flow, place: `${place}, ${originId}`, what: "contract", expected: nothing, found: `${total} ${currency}` });
}

/** Procore's own total of each record must be the sum of its lines: the lines are what is compared with SAP. */
function checkTotals(
  records: readonly { id: number; originId: string; total: string }[],
  lines: ReadonlyMap<number, readonly ProcoreLine[]>,
  about: { flow: Flow; currency: string; place: string; report: Report },
): void {
  const { flow, currency, place, report } = about;
  for (const { id, originId, total } of records) {
    const at = { flow, place: `${place}, ${originId}`, report };
    const amounts = (lines.get(id) ?? []).map((line) => line.amount);
    const sum = formatMoney({ minor: sumMinor(amounts, currency, at), currency });
    const shown = formatMoney({ minor: sumMinor([total], currency, at), currency });
    expectSame(report, {
      ...about,
      place: at.place,
      what: "total shown by Procore",
      expected: `${sum} in its lines`,
      found: `${shown} in its lines`,
    });
  }
}

function compareDirectCosts(expected: ManifestProject, found: ProcoreProject, place: string, report: Report): void {
  const flow = "costs";
  const { currency } = expected;
  for (const { originId, status, currency: shown } of found.directCosts) {
    const at = { flow, place: `${place}, ${originId}` } as const;
    expectSame(report, { ...at, what: "status", expected: "approved", found: status.toLowerCase() });
    expectSame(report, { ...at, what: "currency", expected: currency, found: shown });
  }
  indexByOrigin(found.directCosts, { flow, place, report, what: "direct cost" });
  indexByOrigin(found.directCostLines, { flow, place, report, what: "line" });
  const byCode = Map.groupBy(found.directCostLines, (line) => line.budgetCode);
  for (const code of new Set([...Object.keys(expected.directCostsByCode), ...byCode.keys()])) {
    const at = { flow, place: `${place}, budget code ${code || "none"}`, report } as const;
    const minor = sumMinor(
      (byCode.get(code) ?? []).map((line) => line.amount),
      currency,
      at,
    );
    const wanted = manifestMinor(expected.directCostsByCode[code] ?? "0", currency);
    if (minor === wanted) continue;
    const show = (value: bigint) => `${formatMoney({ minor: value, currency })} ${currency}`;
    report({ flow, place: at.place, what: "direct costs", expected: show(wanted), found: show(minor) });
  }
}

type ProjectSums = { commitments: bigint; invoiced: bigint; directCosts: bigint };

function compareProject(
  manifest: Manifest,
  { expected, found }: { expected: ManifestProject; found: ProcoreProject },
  report: Report,
): ProjectSums {
  const { currency } = expected;
  const place = `project ${expected.projectNumber}`;
  const lines = found.contracts.flatMap((contract) => contract.lines);
  const flow = "purchase-orders";
  const silent = { flow, place, report: () => undefined } as const;
  const sums = {
    commitments: sumMinor(
      lines.map((line) => line.amount),
      currency,
      silent,
    ),
    invoiced: sumMinor(
      found.requisitions.flatMap(({ items }) => items.map((item) => item.work)),
      currency,
      { ...silent, flow: "invoices" },
    ),
    directCosts: sumMinor(
      found.directCostLines.map((line) => line.amount),
      currency,
      silent,
    ),
  };
  const show = (minor: bigint) => `${formatMoney({ minor, currency })} ${currency}`;
  const money = (at: Flow, what: string, wanted: string, minor: bigint) =>
    expectSame(report, { flow: at, place, what, expected: show(manifestMinor(wanted, currency)), found: show(minor) });
  money(flow, "commitments", expected.commitments, sums.commitments);
  money("invoices", "invoiced", expected.invoiced, sums.invoiced);
  money("costs", "direct costs", expected.directCosts, sums.directCosts);
  const count = (what: string, wanted: number, number: number) =>
    expectSame(report, { flow, place, what, expected: String(wanted), found: String(number) });
  count("contracts", expected.contracts, found.contracts.length);
  count("contract lines", expected.contractLines, lines.length);
  const own = manifest.contracts.filter((contract) => contract.procoreProjectId === expected.procoreProjectId);
  compareContracts(manifest, { expected: own, found, currency, place }, report);
  checkTotals(
    found.contracts,
    Map.groupBy(lines, (line) => line.recordId),
    { flow, currency, place, report },
  );
  const bills = manifest.requisitions.filter((each) => each.procoreProjectId === expected.procoreProjectId);
  compareRequisitions({ prefix: manifest, expected: bills, found: found.requisitions, currency, place }, report);
  compareDirectCosts(expected, found, place, report);
  const costLines = Map.groupBy(found.directCostLines, (line) => line.recordId);
  checkTotals(found.directCosts, costLines, { flow: "costs", currency, place, report });
  return sums;
}

/** What is billed has its tax on top of what SAP's lines say, so that the sum over requisitions counts, not that over lines. */
function sapSums(manifest: Manifest, flow: "purchase-orders" | "invoices" | "costs"): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  if (flow === "invoices")
    for (const { currency, invoiced } of manifest.projects) addTo(sums, currency, manifestMinor(invoiced, currency));
  else
    for (const [currency, text] of Object.entries(manifest.flows[flow].posted.amount))
      addTo(sums, currency, manifestMinor(text, currency));
  return sums;
}

function moneyRows(
  manifest: Manifest,
  flow: "purchase-orders" | "invoices" | "costs",
  procore: ReadonlyMap<string, bigint>,
): readonly MoneyRow[] {
  const sap = sapSums(manifest, flow);
  return [...new Set([...sap.keys(), ...procore.keys()])].sort().flatMap((currency) => {
    const wanted = sap.get(currency) ?? 0n;
    const found = procore.get(currency) ?? 0n;
    if (wanted === 0n && found === 0n) return [];
    const show = (minor: bigint) => formatMoney({ minor, currency });
    return [{ flow, currency, sap: show(wanted), procore: show(found), difference: show(found - wanted) }];
  });
}

function compareVendors(manifest: Manifest, originIds: readonly string[], report: Report): CountRow {
  const flow = "vendors";
  const prefix = originOf(manifest, "VN", "");
  const own = originIds.filter((id) => id.startsWith(prefix));
  const sap = manifest.flows.vendors.posted.count;
  const twice = own.filter((id, index) => own.indexOf(id) !== index);
  for (const id of twice) report({ flow, place: id, what: "vendor", expected: "one", found: "the same origin id twice" });
  expectSame(report, { flow, place: "company", what: "vendors", expected: String(sap), found: String(own.length) });
  return { flow, what: "vendors", sap, procore: own.length };
}

const addTo = (sums: Map<string, bigint>, currency: string, minor: bigint) =>
  sums.set(currency, (sums.get(currency) ?? 0n) + minor);

export function compareProcore(manifest: Manifest, totals: ProcoreTotals): Comparison {
  const differences: Difference[] = [];
  const report: Report = ({ flow, place, what, expected, found }) => differences.push({ flow, place, what, expected, found });
  const vendors = compareVendors(manifest, totals.vendorOriginIds, report);
  const found = new Map(totals.projects.map((project) => [project.id, project]));
  const commitments = new Map<string, bigint>();
  const invoiced = new Map<string, bigint>();
  const directCosts = new Map<string, bigint>();
  for (const expected of manifest.projects) {
    const { procoreProjectId: id, projectNumber: number } = expected;
    const project = found.get(id) ?? { id, number, contracts: [], requisitions: [], directCosts: [], directCostLines: [] };
    if (!found.has(id))
      report({ flow: "purchase-orders", place: `project ${number}`, what: "project", expected: "visible", found: nothing });
    const sums = compareProject(manifest, { expected, found: project }, report);
    addTo(commitments, expected.currency, sums.commitments);
    addTo(invoiced, expected.currency, sums.invoiced);
    addTo(directCosts, expected.currency, sums.directCosts);
  }
  const known = new Set(manifest.projects.map((project) => project.procoreProjectId));
  const sum = (of: (project: ProcoreProject) => number) => totals.projects.reduce((count, project) => count + of(project), 0);
  const expectedSum = (of: (project: ManifestProject) => number) =>
    manifest.projects.reduce((count, project) => count + of(project), 0);
  for (const { id, number, contracts, requisitions, directCosts: costs } of totals.projects)
    if (!known.has(id) && contracts.length + requisitions.length + costs.length > 0)
      report({ flow: "purchase-orders", place: `project ${number}`, what: "records", expected: nothing, found: "some" });
  return {
    money: [
      ...moneyRows(manifest, "purchase-orders", commitments),
      ...moneyRows(manifest, "invoices", invoiced),
      ...moneyRows(manifest, "costs", directCosts),
    ],
    counts: [
      vendors,
      {
        flow: "purchase-orders",
        what: "contracts",
        sap: expectedSum((project) => project.contracts),
        procore: sum((project) => project.contracts.length),
      },
      {
        flow: "purchase-orders",
        what: "contract lines",
        sap: expectedSum((project) => project.contractLines),
        procore: sum((project) => project.contracts.reduce((count, contract) => count + contract.lines.length, 0)),
      },
      {
        flow: "invoices",
        what: "requisitions",
        sap: expectedSum((project) => project.requisitions),
        procore: sum((project) => project.requisitions.length),
      },
    ],
    differences,
  };
}
