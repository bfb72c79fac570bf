/**
 * Lays a project's requisitions beside the manifest: each by its origin id with work, retainage and releases of every contract line, nothing on the lines that
 * the invoice does not bill, and each contract's chain in the order of posting. Pure; every difference is named.
 */
import { formatMoney, parseMoney } from "../../core/index.ts";
import type { Manifest } from "../../sandbox/index.ts";
import type { Difference } from "./compare-procore.ts";
import type { ProcoreRequisition } from "./procore-totals.ts";

type Expected = Manifest["requisitions"][number];
type Sides = {
  prefix: Pick<Manifest, "systemId" | "client">;
  expected: readonly Expected[];
  found: readonly ProcoreRequisition[];
  currency: string;
  place: string;
};
type Say = (place: string, what: string, expected: string, found: string) => void;

const nothing = "nothing";

/** What is no amount of the currency shows as it stands, and so differs from every amount. */
function plain(text: string, currency: string): string {
  const money = parseMoney(text, currency);
  return money.ok ? `${formatMoney(money.value)} ${currency}` : `"${text}"`;
}

function originsOf({ prefix }: Sides, { invoice, purchaseOrder, procoreProjectId, isRelease }: Expected) {
  const origin = (kind: string, ...parts: (string | number)[]) => [prefix.systemId, prefix.client, kind, ...parts].join(".");
  return {
    requisition: origin("RQ", invoice, purchaseOrder, procoreProjectId, ...(isRelease ? ["R"] : [])),
    contract: origin("PO", purchaseOrder, procoreProjectId),
    line: (item: string, assignment: string) => origin("PL", purchaseOrder, item, assignment, procoreProjectId),
  };
}

function compareItems(sides: Sides, expected: Expected, found: ProcoreRequisition, say: Say): void {
  const { currency } = sides;
  const origins = originsOf(sides, expected);
  const wanted = new Map(expected.lines.map((line) => [origins.line(line.item, line.assignment), line]));
  const shown = new Map(found.items.map((item) => [item.lineOriginId, item]));
  for (const line of new Set([...wanted.keys(), ...shown.keys()])) {
    const at = `${sides.place}, ${found.originId}, line ${line}`;
    const item = shown.get(line);
    const work = plain(wanted.get(line)?.work ?? "0", currency);
    const retained = plain(wanted.get(line)?.retained ?? "0", currency);
    const released = plain(wanted.get(line)?.released ?? "0", currency);
    const has = item ? plain(item.work, currency) : nothing;
    const holds = item ? plain(item.retained, currency) : nothing;
    const frees = item ? plain(item.released, currency) : nothing;
    if (work !== has) say(at, "work", work, has);
    if (retained !== holds) say(at, "retainage", retained, holds);
    if (released !== frees) say(at, "retainage released", released, frees);
  }
}

function compareChains(sides: Sides, say: Say): void {
  const chains = Map.groupBy(sides.expected, (each) => originsOf(sides, each).contract);
  for (const [contract, members] of chains) {
    const wanted = members.map((each) => originsOf(sides, each).requisition);
    const own = sides.found.filter((each) => each.contractOriginId === contract);
    const order = own.toSorted((left, right) => left.number - right.number).map(({ originId }) => originId);
    if (wanted.join() !== order.join()) say(`${sides.place}, ${contract}`, "chain", wanted.join(), order.join() || nothing);
  }
}

export function compareRequisitions(sides: Sides, report: (difference: Difference) => void): void {
  const say: Say = (place, what, expected, found) => report({ flow: "invoices", place, what, expected, found });
  const byOrigin = new Map<string, ProcoreRequisition>();
  for (const each of sides.found) {
    if (each.originId === "" || byOrigin.has(each.originId))
      say(`${sides.place}, ${each.originId || "no origin id"}`, "requisition", "one", "one more");
    byOrigin.set(each.originId, each);
  }
  for (const expected of sides.expected) {
    const origins = originsOf(sides, expected);
    const found = byOrigin.get(origins.requisition);
    byOrigin.delete(origins.requisition);
    const at = `${sides.place}, ${origins.requisition}`;
    if (!found) {
      say(at, "requisition", "one", nothing);
      continue;
    }
    if (found.status !== "approved") say(at, "status", "approved", found.status);
    if (found.contractOriginId !== origins.contract) say(at, "contract", origins.contract, found.contractOriginId || nothing);
    compareItems(sides, expected, found, say);
  }
  for (const originId of byOrigin.keys()) say(`${sides.place}, ${originId}`, "requisition", nothing, "one");
  compareChains(sides, say);
}
