// The referee itself: it must pass the reference's own example calls and refuse what the spec refuses. Skipped without the data.
import { describe, expect, it } from "vitest";
import { loadOpenApi } from "./openapi.ts";

const api = loadOpenApi();
const request = (method: string, path: string, query: Record<string, string | string[]>, body?: unknown) =>
  api?.checkRequest(method, path, query, body) ?? [];

describe.skipIf(api === undefined)("requests", () => {
  it("of the reference's section 10 pass", () => {
    const vendor = { origin_id: "S01.100.VN.1", origin_code: "1", name: "Lehmann", country_code: "DE", state_code: "BY" };
    const contract = { origin_id: "S01.100.PO.1", number: "45", title: "Rebar", vendor_id: 5001, accounting_method: "unit" };
    const line = {
      origin_id: "S",
      quantity: "12.5",
      unit_cost: "840.00",
      uom: "t",
      extended_type: "calculated",
      wbs_code_id: 33001,
    };
    const inline = { wbs_code_id: 33007, manual_amount: 1250.4, origin_id: "S", ref: "003" };
    const cost = { direct_cost_type: "expense", status: "approved", direct_cost_date: "2026-10-15", line_items: [inline] };
    const period = { start_date: "2026-10-01", end_date: "2026-10-31", due_date: "2026-11-05", status: "open" };
    const billed = { item_type: "contract_item", line_item_id: 77001, work_completed_this_period_quantity: "4.0" };
    const requisition = { period_id: 410, invoice_number: "5105600123", status: "approved", origin_id: "S", items: [billed] };
    const hooks = "/rest/v2.0/companies/77/projects/810/webhooks/hooks";
    const lines = "/rest/v1.0/purchase_order_contracts/9100/line_items/sync";
    expect([
      ...request("POST", "/oauth/token", {}, { grant_type: "client_credentials", client_id: "a", client_secret: "b" }),
      ...request("PATCH", "/rest/v1.0/vendors/sync", {}, { company_id: 77, updates: [vendor, { id: 5, name: "ghost" }] }),
      ...request("POST", "/rest/v1.1/projects/810/vendors/5001/actions/add", {}),
      ...request("PATCH", "/rest/v1.0/purchase_order_contracts/sync", {}, { project_id: 810, updates: [contract, { id: 1 }] }),
      ...request("PATCH", lines, { project_id: "810" }, { updates: [line] }),
      ...request("POST", "/rest/v1.1/projects/810/direct_costs", {}, { direct_cost: cost }),
      ...request("POST", "/rest/v1.0/projects/810/billing_periods", {}, { billing_period: period }),
      ...request("POST", "/rest/v1.1/requisitions", {}, { project_id: 810, commitment_id: 9100, requisition }),
      ...request("POST", `${hooks}/1/triggers/bulk`, {}, [{ resource_name: "Direct Costs", event_type: "update" }]),
      ...request("GET", "/rest/v1.0/vendors", { company_id: "77", "filters[id][]": ["1", "2"], page: "1", per_page: "100" }),
      ...request("GET", "/rest/v1.0/line_item_types", { company_id: "77" }),
    ]).toEqual([]);
  });

  it.each([
    ["GET", "/rest/v1.0/vendor", {}, undefined, "no such operation"],
    ["GET", "/rest/v1.0/vendors", {}, undefined, "company_id is missing"],
    ["GET", "/rest/v1.0/vendors", { company_id: "x" }, undefined, "not an integer"],
    ["GET", "/rest/v1.0/vendors", { company_id: "7", "filters[name]": "x" }, undefined, "no query parameter filters[name]"],
    ["GET", "/rest/v1.0/vendors", { company_id: "7", view: "all" }, undefined, "not one of"],
    ["PATCH", "/rest/v1.0/vendors/sync", {}, undefined, "body is missing"],
    ["PATCH", "/rest/v1.0/vendors/sync", {}, { updates: [{ nmae: "x" }] }, "additional properties (nmae)"],
    ["PATCH", "/rest/v1.0/vendors/sync", {}, { updates: [{ name: null }] }, "/updates/0/name must be string"],
    ["PATCH", "/rest/v1.0/purchase_order_contracts/sync", {}, { updates: [] }, "required property 'project_id'"],
    [
      "PATCH",
      "/rest/v1.0/purchase_order_contracts/sync",
      {},
      { project_id: 1, updates: [{ status: "approved" }] },
      "allowed values",
    ],
    [
      "PATCH",
      "/rest/v1.0/purchase_order_contracts/sync",
      {},
      { project_id: 1, updates: [{ contract_date: "20261001" }] },
      "format",
    ],
    [
      "POST",
      "/rest/v1.1/projects/8/direct_costs",
      {},
      { direct_cost: { line_items: [{}] } },
      "required property 'direct_cost_type'",
    ],
  ] as const)("%s %s with %j and %j: %s", (method, path, query, body, complaint) => {
    expect(request(method, path, query, body).join("\n")).toContain(complaint);
  });
});

describe.skipIf(api === undefined)("answers", () => {
  const answer = (status: number, body: unknown) => api?.checkResponse("GET", "/rest/v1.0/vendors", status, body) ?? [];

  it("pass with nulls where the subset knows them, and for dates", () => {
    expect(answer(200, [{ id: 5, name: "x", origin_id: null, created_at: null, city: null }])).toEqual([]);
    expect(answer(429, undefined)).toEqual([]);
  });

  it("are refused for a wrong type, an unknown property, a null where none is known, and an undeclared status", () => {
    expect(answer(200, [{ id: "5" }])).toHaveLength(1);
    expect(answer(200, [{ id: 5, colour: "red" }])).toHaveLength(1);
    expect(answer(200, [{ id: null, is_connected: null }])).toHaveLength(2);
    expect(answer(200, undefined)).toHaveLength(1);
    expect(answer(201, [])).toHaveLength(1);
    expect(answer(418, {})).toHaveLength(1);
  });
});
