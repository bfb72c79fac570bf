// What Procore and the network do at the worst moment, for every kind of write: afterwards each record is there once and the money ties.
import { describe, it } from "vitest";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { documentRecord, itemRecord, lineRecord, offsetLine, orderRecord, vendorRecord } from "../support/records.ts";

const writes = [
  "/rest/v1.0/vendors/sync$",
  "/projects/\\d+/vendors/\\d+/actions/add$",
  "/purchase_order_contracts/sync$",
  "/purchase_order_contracts/\\d+/line_items/sync$",
  "/direct_costs/sync$",
  "/direct_costs/line_items/sync$",
];
const kinds = ["timeout-after-commit", "cut-before", "cut-after-commit", "500", "502-html", "503", "late-commit"] as const;

function fill(bench: Bench): void {
  bench.records.vendors = [vendorRecord("0000100001"), vendorRecord("0000100003")];
  bench.records["purchase-orders"] = [
    orderRecord("4500000001", [itemRecord("00010", "100.10"), itemRecord("00020", "23.45")]),
    orderRecord("4500000002", [itemRecord("00010", "20.00")], { vendor: "0000100003" }),
  ];
  bench.records.costs = [
    documentRecord("0100000001", [
      lineRecord("001", "200.00"),
      lineRecord("002", "7.77", { account: "0000500000" }),
      offsetLine("003", "-207.77"),
    ]),
    documentRecord("0100000004", [lineRecord("001", "60.00"), offsetLine("002", "-60.00", { vendor: "0000100001" })]),
  ];
}

async function totals(bench: Bench) {
  const contracts = (await bench.get(`/rest/v1.0/purchase_order_contracts?project_id=${project}&view=extended`)) as Record<
    string,
    string
  >[];
  const costs = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs`)) as { id: number; status: string }[];
  const lines = (await bench.get(`/rest/v1.0/projects/${project}/direct_costs/line_items`)) as { amount: string }[];
  const vendors = (await bench.get("/rest/v1.0/vendors?company_id=77")) as { origin_id: string | null }[];
  return {
    contracts: contracts.map(({ number, status, grand_total }) => `${number} ${status} ${Number(grand_total)}`).sort(),
    costs: costs.map(({ status }) => status),
    lines: lines.map(({ amount }) => Number(amount)).sort((left, right) => left - right),
    vendors: vendors.flatMap(({ origin_id }) => origin_id ?? []).sort(),
  };
}

describe.concurrent.each(kinds)("%s on every kind of write", (how) => {
  it("ends with each record once and every amount right", async ({ expect }) => {
    const bench = await openBench({ settings: { limits: { settleMs: 600, callTimeoutMs: 300, attemptsMax: 6 } } });
    try {
      fill(bench);
      for (const path of writes) await bench.door("/sandbox/weather", { on: { path }, times: 1, how, delayMs: 900 });
      let report = await bench.sync();
      for (let again = 0; report.state === "paused" && again < 5; again++) report = await bench.sync();
      expect(report.detail ?? "").toBe("");
      expect(report.state).toBe("finished");
      expect(await totals(bench)).toEqual({
        contracts: ["4500000001 Approved 123.55", "4500000002 Approved 20"],
        costs: ["approved", "approved", "approved"],
        lines: [7.77, 60, 200],
        vendors: ["S01.100.VN.0000100001", "S01.100.VN.0000100003"],
      });
      const before = await bench.writes();
      await bench.sync();
      expect(await bench.writes()).toBe(before);
    } finally {
      await bench.close();
    }
  });
});
