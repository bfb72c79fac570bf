import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WriteOutcome } from "./call.ts";
import { fault } from "./faults.ts";
import { lineItemSchema } from "./resources/line-item.ts";
import type { SyncRow } from "./sent-body.ts";
import { settleSync } from "./sync.ts";
import { openBench } from "./testing.ts";

const endpoint = "PATCH /lines/sync";
const rows = (...originIds: string[]) =>
  originIds.map((originId) => ({ originId, body: { amount: "10.50", extended_type: "manual" } }));
const answered = (body: unknown): WriteOutcome<unknown> => ({ kind: "answered", status: 200, body, requestId: "req-9" });
const settle = (sent: readonly SyncRow[], outcome: WriteOutcome<unknown>) =>
  settleSync({ endpoint, sent, outcome, schema: lineItemSchema });

describe("settling a sync", () => {
  it("takes each row for itself: in entities, in errors, in neither", () => {
    const { elements, foreign } = settle(
      rows("a", "b", "c"),
      answered({
        entities: [
          { id: 9, origin_id: "stranger" },
          { id: 1, origin_id: "b", amount: "10.5", extended_type: "manual" },
        ],
        errors: [
          { origin_id: "a", errors: { wbs_code_id: ["is not in the project"] } },
          { id: 77, errors: { id: ["Entity with this ID not found"] } },
        ],
      }),
    );
    expect(elements).toMatchObject([
      {
        kind: "refused",
        originId: "a",
        fault: { code: "procore.validation", detail: "wbs_code_id: is not in the project", requestId: "req-9" },
      },
      { kind: "settled", originId: "b", entity: { id: 1, amount: "10.5" }, differences: [] },
      { kind: "unknown", originId: "c", fault: { code: "procore.unreadable" } },
    ]);
    expect(foreign).toEqual(["stranger", "id 77"]);
  });

  it("is unknown where a row stands twice or in both", () => {
    const twice = settle(
      rows("a"),
      answered({
        entities: [
          { id: 1, origin_id: "a" },
          { id: 2, origin_id: "a" },
        ],
        errors: [],
      }),
    );
    expect(twice.elements[0]?.kind).toBe("unknown");
    const both = settle(rows("a"), answered({ entities: [{ id: 1, origin_id: "a" }], errors: [{ origin_id: "a", errors: {} }] }));
    expect(both.elements[0]?.kind).toBe("unknown");
  });

  it("is unknown for the one row that cannot be read, settled for the others", () => {
    const { elements } = settle(
      rows("a", "b"),
      answered({
        entities: [
          { id: 1, origin_id: "a", amount: "ten" },
          { id: 2, origin_id: "b" },
        ],
      }),
    );
    expect(elements).toMatchObject([
      { kind: "unknown", fault: { detail: expect.stringMatching(/"amount" of id 1/) } },
      { kind: "settled" },
    ]);
  });

  it("shows where the settled content differs from what was sent", () => {
    const sent = [
      {
        originId: "a",
        body: { amount: "10.50", wbs_code_id: 5, description: "Rebar  B500B", cost_code_id: 8, origin_data: "x" },
      },
      { originId: "b", body: { amount: "10.50", wbs_code_id: 5, description: "Rebar" } },
    ];
    const { elements } = settle(
      sent,
      answered({
        entities: [
          { id: 1, origin_id: "a", amount: "10.500", wbs_code: { id: 5 }, description: "<p>Rebar B500B</p>", origin_data: "x" },
          { id: 2, origin_id: "b", amount: 10.51, wbs_code: { id: 6 }, description: null },
        ],
      }),
    );
    expect(elements[0]).toMatchObject({ kind: "settled", differences: [] });
    expect(elements[1]).toMatchObject({
      kind: "unknown",
      // A float that reached us as a float is no longer exact and is refused.
      fault: { detail: expect.stringMatching(/"amount" of id 2/) },
    });
    const exact = settle(
      sent.slice(1),
      answered({ entities: [{ id: 2, origin_id: "b", amount: "10.51", wbs_code: { id: 6 }, description: null }] }),
    );
    expect(exact.elements[0]).toMatchObject({
      differences: [
        { field: "amount", sent: "10.5", found: "10.51" },
        { field: "wbs_code_id", sent: "5", found: "6" },
        { field: "description", sent: "Rebar", found: "" },
      ],
    });
  });

  it("carries the whole call's fate to every row", () => {
    const problem = fault({ code: "procore.server", endpoint, detail: "boom" });
    const kinds = (outcome: WriteOutcome<unknown>) => settle(rows("a", "b"), outcome).elements.map(({ kind }) => kind);
    expect(kinds({ kind: "refused", fault: problem })).toEqual(["refused", "refused"]);
    expect(kinds({ kind: "notSent", fault: problem })).toEqual(["notSent", "notSent"]);
    expect(kinds({ kind: "throttled", waitMs: 5, fault: problem })).toEqual(["notSent", "notSent"]);
    expect(kinds({ kind: "unknown", fault: problem })).toEqual(["unknown", "unknown"]);
  });

  it("answers for every row sent, once, in order, and never settles one that Procore did not name", () => {
    const fate = fc.constantFrom("entity", "error", "neither", "both");
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), fate), { selector: ([id]) => id }),
        fc.nat(),
        (plan, turn) => {
          const sent = plan.map(([originId]) => ({ originId, body: {} }));
          const at = turn % (plan.length || 1);
          const shuffled = [...plan.slice(at), ...plan.slice(0, at)].reverse();
          const entities = shuffled
            .filter(([, kind]) => kind === "entity" || kind === "both")
            .map(([origin_id], index) => ({ id: index + 1, origin_id }));
          const errors = shuffled
            .filter(([, kind]) => kind === "error" || kind === "both")
            .map(([origin_id]) => ({ origin_id, errors: { x: ["y"] } }));
          const { elements, foreign } = settleSync({
            endpoint,
            sent,
            outcome: answered({ entities, errors }),
            schema: lineItemSchema,
          });
          expect(foreign).toEqual([]);
          expect(elements.map(({ originId, kind }) => [originId, kind])).toEqual(
            plan.map(([originId, kind]) => [originId, kind === "entity" ? "settled" : kind === "error" ? "refused" : "unknown"]),
          );
        },
      ),
    );
  });

  it("asserts what must never leave: an origin id twice, a row too many, an unknown field, a date Procore would drop", async () => {
    const { procore, http } = openBench(() => ({ status: 200, json: { entities: [], errors: [] } }), {
      limits: { syncRowsMax: 2 },
    });
    const vendor = (originId: string, body: Record<string, unknown> = {}) => ({ originId, body });
    await expect(procore.vendors.sync([vendor("a"), vendor("b"), vendor("c")])).rejects.toThrow(/3 rows, at most 2/);
    await expect(procore.vendors.sync([vendor("a", { nmae: "x" })])).rejects.toThrow(/row a, field "".*nmae/);
    await expect(procore.purchaseOrderContracts.sync(1, [vendor("a", { contract_date: "2026-02-30" })])).rejects.toThrow(
      /contract_date/,
    );
    await expect(procore.directCostLines.sync(1, [vendor("a", { amount: "1e3" })])).rejects.toThrow(
      /"amount": is no plain decimal/,
    );
    await expect(procore.vendors.sync([vendor("a"), vendor("a")])).rejects.toThrow(/twice/);
    expect(await procore.vendors.sync([])).toEqual({ elements: [], foreign: [], outcome: "answered" });
    expect(http.requests).toEqual([]);
  });

  it("writes contract money as strings and direct-cost money as exact numbers", async () => {
    const { procore, http } = openBench(() => ({ status: 200, json: { entities: [], errors: [] } }));
    const body = { amount: "90071992547409931.10", wbs_code_id: 3, extended_type: "manual" };
    await procore.purchaseOrderLines.sync({ projectId: 810, contractId: 9100 }, [{ originId: "p", body }]);
    await procore.directCostLines.sync(810, [{ originId: "d", body: { ...body, direct_cost_id: 4 } }]);
    expect(http.requests[0]?.path).toBe("/rest/v1.0/purchase_order_contracts/9100/line_items/sync?project_id=810");
    expect(http.requests[0]?.body).toContain('"amount":"90071992547409931.10"');
    expect(http.requests[1]?.path).toBe("/rest/v1.0/projects/810/direct_costs/line_items/sync");
    expect(http.requests[1]?.body).toContain('"amount":90071992547409931.10');
  });
});
