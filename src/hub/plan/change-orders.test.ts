// The plan of an invoiced contract against a Procore of three lines that takes as many of its effects as it pleases, then hears the next word of SAP.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  changeOrderVersion,
  type DesiredContract,
  isChangeOrderLine,
  type LineKey,
  lineKeyOf,
  type Money,
  originId,
  sum,
} from "../../core/index.ts";
import type { ContractStanding, StandingOrder } from "./change-order-standing.ts";
import { planChangeOrder } from "./change-orders.ts";
import type { EffectDraft } from "./effects.ts";
import { stages } from "./stages.ts";

const client = { systemId: "S01", client: "100" };
const usd = (minor: bigint): Money => ({ minor, currency: "USD" });

function idOf(kind: "PO" | "PL", ...parts: string[]) {
  const id = originId(client, kind, [...parts, "810"]);
  if (!id.ok) throw new Error(id.error.code);
  return id.value;
}

const contractId = idOf("PO", "4500000001");
const lineId = (item: string) => idOf("PL", "4500000001", item, "01");
const keyOf = (item: string) => lineKeyOf(lineId(item));

/** What SAP says of each item, in minor units; an item that is not there is not said. */
type Said = Readonly<Record<string, bigint>>;

function desired(said: Said): DesiredContract {
  const lines = Object.entries(said).map(([item, minor]) => ({
    originId: lineId(item),
    atomKey: `4500000001.${item}.01`,
    body: { description: `Item ${item}`, wbs_code_id: 33_001 },
    amount: usd(minor),
  }));
  return {
    originId: contractId,
    projectId: 810,
    vendor: "1",
    header: { number: "4500000001" },
    status: "Approved",
    lines,
    total: sum(
      lines.map(({ amount }) => amount),
      "USD",
    ),
  };
}

function standingOf(original: Said, billed: Said = {}): ContractStanding {
  const line = (item: string, minor: bigint) => ({ originId: lineId(item), amount: usd(minor), hash: "as made" });
  return {
    lines: new Map(Object.entries(original).map(([item, minor]) => [keyOf(item), line(item, minor)])),
    orders: [],
    billed: new Map(Object.entries(billed).map(([item, minor]) => [keyOf(item), minor])),
    edited: new Set(),
  };
}

function take(standing: ContractStanding, effect: EffectDraft): void {
  const version = changeOrderVersion(effect.originId);
  let order = standing.orders.find((each) => each.version === version);
  if (effect.stage === stages.changeOrderHeader && !order) {
    order = { version, isApproved: false, lines: new Map() };
    standing.orders.push(order);
  }
  if (!order) throw new Error(`${effect.originId} has no change order`);
  // Approved is locked.
  expect(order.isApproved).toBe(false);
  if (effect.stage === stages.changeOrderStatus) approve(order, effect);
  if (effect.stage === stages.changeOrderLine && effect.amount)
    order.lines.set(lineKeyOf(effect.originId), { originId: effect.originId, amount: effect.amount, hash: effect.hash });
}

function approve(order: StandingOrder, effect: EffectDraft): void {
  const saying = [...order.lines.values()].filter(({ amount }) => amount.minor !== 0n);
  expect(Object.values(effect.refs).sort()).toEqual(saying.map(({ originId: id }) => id).sort());
  const total = sum(
    [...order.lines.values()].map(({ amount }) => amount),
    "USD",
  );
  expect(effect.body.total).toBe(`${total.minor < 0n ? "-" : ""}${decimal(total.minor)}`);
  order.isApproved = true;
}

function decimal(minor: bigint): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function standsAt({ lines, orders }: ContractStanding, key: LineKey): bigint {
  const approved = orders.filter(({ isApproved }) => isApproved).map((order) => order.lines.get(key)?.amount.minor ?? 0n);
  return [lines.get(key)?.amount.minor ?? 0n, ...approved].reduce((total, minor) => total + minor, 0n);
}

const plan = (standing: ContractStanding, said: Said) =>
  planChangeOrder(desired(said), { client, policy: "change-order", standing });

const minor = fc.bigInt({ min: -5_000n, max: 5_000n });
const step = fc.record({
  said: fc.record({ "00010": minor, "00020": minor, "00030": minor, "00040": minor }, { requiredKeys: ["00010"] }),
  /** How many of the effects Procore gets before SAP speaks again. */
  taken: fc.nat({ max: 6 }),
});

describe("the change orders of an invoiced contract", () => {
  it("bring it to what SAP says, wherever the earlier ones were interrupted, and edit nothing that is approved", () => {
    const original = { "00010": 1_000n, "00020": -300n };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), step, (steps, last) => {
        const standing = standingOf(original);
        for (const { said, taken } of steps)
          for (const effect of plan(standing, said).effects.slice(0, taken)) take(standing, effect);
        for (const effect of plan(standing, last.said).effects) take(standing, effect);
        for (const [item, amount] of Object.entries(last.said)) expect(standsAt(standing, keyOf(item))).toBe(amount);
        const again = plan(standing, last.said);
        expect([again.effects, [...again.fates.values()].every(({ state }) => state === "unchanged")]).toEqual([[], true]);
        // At most one draft, and it is the last.
        expect(standing.orders.slice(0, -1).every(({ isApproved }) => isApproved)).toBe(true);
      }),
    );
  });

  it("bill a line that came later where it stands: on the first change order that had it", () => {
    const standing = standingOf({ "00010": 1_000n });
    const fateOf = (said: Said) => plan(standing, said).fates.get(lineId("00020"));
    const home = "S01.100.CL.4500000001.00020.01.810.1";
    expect(fateOf({ "00010": 1_000n, "00020": 50n })).toEqual({ originId: home, state: "planned" });
    for (const effect of plan(standing, { "00010": 1_000n, "00020": 50n }).effects) take(standing, effect);
    expect(fateOf({ "00010": 1_000n, "00020": 60n })).toEqual({ originId: home, state: "planned" });
    expect(fateOf({ "00010": 1_000n, "00020": 50n })).toEqual({ originId: home, state: "unchanged" });
    expect(isChangeOrderLine(home)).toBe(true);
  });

  it.each([
    ["by policy", "hold", {}, "po-change-after-requisition"],
    ["below what was billed", "change-order", { "00010": 950n }, "po-change-below-invoiced"],
  ] as const)("hold a line %s and leave it to others", (_, policy, billed, hold) => {
    const standing = standingOf({ "00010": 1_000n }, billed);
    const { effects, fates } = planChangeOrder(desired({ "00010": 900n }), { client, policy, standing });
    expect(effects).toEqual([]);
    expect(fates.get(lineId("00010"))).toEqual({ originId: lineId("00010"), state: "held", hold });
  });

  it("hold a line whose amount a person changed in Procore, and one whose contract is in another currency", () => {
    const edited = { ...standingOf({ "00010": 1_000n }), edited: new Set([keyOf("00010")]) };
    const abroad = standingOf({ "00010": 1_000n });
    abroad.lines.set(keyOf("00010"), {
      originId: lineId("00010"),
      amount: { minor: 1_000n, currency: "EUR" },
      hash: "as made",
    });
    for (const standing of [edited, abroad]) {
      const { effects, fates } = plan(standing, { "00010": 1_100n });
      expect(effects).toEqual([]);
      expect(fates.get(lineId("00010"))).toMatchObject({ state: "held", hold: "po-change-after-requisition" });
    }
  });
});
