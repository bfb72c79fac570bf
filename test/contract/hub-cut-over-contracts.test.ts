// A half-filled Procore: contracts, requisitions and costs that people keyed, some equal to SAP's older orders, some not, recycled, linked by another system, or
// twice there. Nothing is doubled, what surely is an order is adopted and goes on, and the rest waits for a person (rulings 4 and 5).
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ContractDecision, decideContracts, listWaitingContracts, type RunReport } from "../../src/hub/index.ts";
import { type Bench, openBench, project, rule } from "../support/hub-bench.ts";
import {
  documentRecord,
  invoiceLineRecord,
  invoiceRecord,
  itemRecord,
  lineRecord,
  offsetLine,
  orderRecord,
  vendorRecord,
} from "../support/records.ts";

type Line = { id: number; amount: string; origin_id: string | null };
type Contract = {
  id: number;
  number: string;
  status: string;
  origin_id: string | null;
  grand_total: string;
  deleted_at: string | null;
};
type Keyed = { number: string; lines: readonly string[]; status?: string; originId?: string };

let bench: Bench;
let company = 0;
const base = "/rest/v1.0/purchase_order_contracts";

async function finished(): Promise<RunReport> {
  const report = await bench.sync();
  expect([report.state, report.detail ?? ""]).toEqual(["finished", ""]);
  return report;
}

async function idOf(made: Promise<unknown>): Promise<number> {
  const { id } = (await made) as { id?: number };
  if (id === undefined) throw new Error(JSON.stringify(await made));
  return id;
}

/** SAP's vendor is in Procore and in the project's directory, so that people can key contracts with it. */
async function inviteVendor(): Promise<void> {
  bench.records.vendors = [vendorRecord("0000100001")];
  await bench.sync(["vendors"]);
  const vendors = (await bench.get("/rest/v1.0/vendors?company_id=77&per_page=100")) as {
    id: number;
    origin_id: string | null;
  }[];
  company = vendors.find(({ origin_id: originId }) => originId !== null)?.id ?? 0;
  await bench.post(`/rest/v1.1/projects/${project}/vendors/${company}/actions/add`, {});
}

/** As a person keys a contract: header, lines, approval. Answers its id. */
async function keyContract({ number, lines, status = "Approved", originId }: Keyed): Promise<number> {
  const header = { number, vendor_id: company, accounting_method: "amount", ...(originId ? { origin_id: originId } : {}) };
  const id = await idOf(bench.post(base, { project_id: project, purchase_order_contract: header }));
  for (const amount of lines) {
    const line_item = { amount, extended_type: "manual", wbs_code_id: 33001 };
    await idOf(bench.post(`${base}/${id}/line_items?project_id=${project}`, { project_id: project, line_item }));
  }
  await idOf(bench.patch(`${base}/${id}`, { project_id: project, purchase_order_contract: { status } }));
  return id;
}

/** A requisition of a person's, on the contract's first line. */
async function bill(contract: number, period: number, amount: string): Promise<void> {
  const [line] = await linesOf(contract);
  const items = [{ item_type: "contract_item", line_item_id: line?.id, work_completed_this_period: amount }];
  const requisition = { period_id: period, invoice_number: "by hand", status: "approved", items };
  await idOf(bench.post("/rest/v1.1/requisitions", { project_id: project, commitment_id: contract, requisition }));
}

const contracts = async () => {
  const listed = (await bench.get(
    `${base}?project_id=${project}&view=extended&filters[include_deleted]=with&per_page=100`,
  )) as Contract[];
  return listed.sort((left, right) => left.id - right.id);
};
const linesOf = async (id: number) => (await bench.get(`${base}/${id}/line_items?project_id=${project}`)) as Line[];

const fates = async (flow = "purchase-orders") => {
  const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql<{
      key: string;
      became: string;
    }>`select record_key as key, string_agg(distinct concat_ws(' ', disposition, reason), ', ') as became
      from atom where flow = ${flow} group by record_key order by record_key`.execute(tx),
  );
  return Object.fromEntries(rows.map(({ key, became }) => [key, became]));
};

const order = (key: string, amounts: readonly string[], documentDate = "20260901") =>
  orderRecord(
    key,
    amounts.map((amount, index) => itemRecord(`000${index + 1}0`, amount)),
    { documentDate },
  );
const cost = (number: string, amount: string, day: string, purchaseOrder = "") =>
  documentRecord(
    number,
    [
      lineRecord("001", amount, {
        purchaseOrder,
        purchaseOrderItem: purchaseOrder && "00010",
        assignment: purchaseOrder && "01",
      }),
      offsetLine("002", `-${amount}`),
    ],
    { postingDate: day, period: Number(day.slice(4, 6)) },
  );
const decide = (key: string, decision: ContractDecision | undefined) => {
  const ask = { tenant: "main", connection: "main", project: undefined, actor: "user:jane", note: "", atMs: 1 };
  return decideContracts(bench.postgres.store, [{ ...ask, order: key, decision }]);
};
const waiting = async () => {
  const found = await listWaitingContracts(bench.postgres.store, { tenant: "main", limit: 50 });
  return Object.fromEntries(found.map((each) => [each.order, each]));
};

describe("a half-filled project", () => {
  const keyed: Record<string, number> = {};
  let orders: Record<string, ReturnType<typeof order>>;

  const say = () => {
    bench.records["purchase-orders"] = Object.values(orders);
  };

  beforeAll(async () => {
    bench = await openBench({
      rules: [rule("P-1", "M")],
      settings: {
        cutOver: { adopt: "sure", projects: { TOWER: { date: "2026-10-01" } } },
        invoices: { retainage: "none", byHand: "append" },
      },
    });
    await inviteVendor();
    const period = await idOf(
      bench.post(`/rest/v1.0/projects/${project}/billing_periods`, {
        billing_period: { start_date: "2026-10-01", end_date: "2026-10-31", due_date: "2026-10-31", status: "open" },
      }),
    );
    keyed.same = await keyContract({ number: "PO 4500000001", lines: ["50.00", "100.00"] });
    keyed.less = await keyContract({ number: "4500000002", lines: ["90.00"], status: "Draft" });
    keyed.recycled = await keyContract({ number: "4500000003", lines: ["30.00"], status: "Draft" });
    await bench.remove(`${base}/${keyed.recycled}?project_id=${project}`);
    keyed.foreign = await keyContract({ number: "4500000004", lines: ["40.00"], originId: "LEGACY-4" });
    keyed.twin = await keyContract({ number: "SC-1", lines: ["55.00"] });
    keyed.twin2 = await keyContract({ number: "SC-2", lines: ["55.00"] });
    keyed.draft = await keyContract({ number: "4500000008", lines: ["80.00"], status: "Draft" });
    keyed.billed = await keyContract({ number: "4500000009", lines: ["99.00"] });
    await bill(keyed.same, period, "10.00");
    await bill(keyed.billed, period, "9.00");
    await idOf(
      bench.post(`/rest/v1.1/projects/${project}/direct_costs`, {
        direct_cost: {
          direct_cost_type: "expense",
          status: "approved",
          direct_cost_date: "2026-09-20",
          line_items: [{ wbs_code_id: 33001, manual_amount: 70 }],
        },
      }),
    );
    orders = {
      same: order("4500000001", ["100.00", "50.00"]),
      less: order("4500000002", ["100.00"]),
      recycled: order("4500000003", ["30.00"]),
      foreign: order("4500000004", ["40.00"]),
      twins: order("4500000005", ["55.00"]),
      none: order("4500000006", ["66.00"]),
      fresh: order("4500000007", ["77.00"], "20261001"),
      draft: order("4500000008", ["80.00"]),
      billed: order("4500000009", ["99.00"]),
    };
    say();
    bench.records.invoices = [
      invoiceRecord("5100000001", [invoiceLineRecord("000001", "10.00", { purchaseOrder: "4500000001", item: "00020" })], {
        postingDate: "20260915",
      }),
      invoiceRecord("5100000002", [invoiceLineRecord("000001", "20.00", { purchaseOrder: "4500000001" })]),
    ];
    bench.records.costs = [
      cost("0000000001", "70.00", "20260920"),
      cost("0000000002", "10.00", "20260915", "4500000001"),
      cost("0000000003", "7.00", "20261005"),
      cost("0000000004", "4.00", "20261005", "4500000004"),
      cost("0000000005", "6.00", "20261005", "4500000006"),
    ];
    await finished();
  });
  afterAll(() => bench.close());

  it("is not doubled: what surely is an order is adopted, and what may be one waits", async () => {
    expect(await fates()).toEqual({
      "4500000001": "posted",
      "4500000002": "held contract-twin",
      "4500000003": "held contract-twin",
      "4500000004": "held contract-foreign-origin",
      "4500000005": "held contract-twin",
      "4500000006": "excluded before-cut-over",
      "4500000007": "posted",
      "4500000008": "posted",
      "4500000009": "posted",
    });
    const found = await contracts();
    expect(found.map(({ number, status, origin_id: originId }) => [number, status, originId])).toEqual([
      ["PO 4500000001", "Approved", "S01.100.PO.4500000001.810"],
      ["4500000002", "Draft", null],
      ["4500000003", "Draft", null],
      ["4500000004", "Approved", "LEGACY-4"],
      ["SC-1", "Approved", null],
      ["SC-2", "Approved", null],
      ["4500000008", "Approved", "S01.100.PO.4500000008.810"],
      ["4500000009", "Approved", "S01.100.PO.4500000009.810"],
      ["4500000007", "Approved", "S01.100.PO.4500000007.810"],
    ]);
    expect(await linesOf(keyed.same ?? 0)).toHaveLength(2);
    expect((await waiting())["4500000005"]?.candidates.map(({ contractId }) => contractId)).toEqual([keyed.twin, keyed.twin2]);
    expect((await waiting())["4500000003"]?.candidates[0]?.reasons).toContain("in the recycle bin");
  });

  it("goes on where it was adopted: the next invoice stands behind those by hand, the older one nowhere", async () => {
    expect(await fates("invoices")).toEqual({ "5100000001.2026": "excluded before-cut-over", "5100000002.2026": "posted" });
    const listed = (await bench.get(`/rest/v1.1/requisitions?project_id=${project}&view=items&per_page=100`)) as {
      commitment_id: number;
      invoice_number: string;
      items: { work_completed_this_period: string }[];
    }[];
    const ofSame = listed.filter(({ commitment_id: id }) => id === keyed.same).map((each) => each.invoice_number);
    expect(ofSame).toEqual(["by hand", expect.stringContaining("5100000002")]);
    expect(listed).toHaveLength(3);
  });

  it("ties from day one", async () => {
    const ask = { connection: "main", project: "TOWER" };
    const stated = await bench.hub.stateOpeningBalance(ask);
    expect(stated.rows).toMatchObject([
      { costs: 7000n, costsByHand: 7000n, orderCosts: 1000n, billedByHand: 1900n, posted: 1300n, held: 400n, sapToDate: 9700n },
    ]);
    const word = { ...ask, figures: stated.hash, actor: "user:jane", note: "", atMs: 1 };
    expect((await bench.hub.confirmOpeningBalance(word)).isTied).toBe(true);
    expect(stated.contracts.map(({ id }) => id).sort()).toEqual([keyed.less, keyed.foreign, keyed.twin, keyed.twin2].sort());
  });

  it("is written nothing by a second run", async () => {
    const before = await bench.writes();
    await finished();
    expect(await bench.writes()).toBe(before);
    expect((await bench.hub.stateOpeningBalance({ connection: "main", project: "TOWER" })).isTied).toBe(true);
  });

  it("costs no look at its contracts between two sweeps, while nothing changes for those that wait", async () => {
    const before = await fates();
    const looks = async () => (await finished()).calls.byTemplate["GET /rest/v1.0/purchase_order_contracts"] ?? 0;
    bench.reading.how = "changes";
    expect(await looks()).toBe(0);
    expect(await fates()).toEqual(before);
    bench.reading.how = "sweep";
    expect(await looks()).toBe(1);
  });

  it("takes what SAP changes from then on: by its lines' own ids, and never behind requisitions by hand", async () => {
    orders.draft = order("4500000008", ["81.00"]);
    orders.same = order("4500000001", ["101.00", "50.00"]);
    orders.billed = order("4500000009", ["99.50"]);
    say();
    await finished();
    const [draft] = await linesOf(keyed.draft ?? 0);
    expect(draft).toMatchObject({ amount: expect.stringMatching(/^81/), origin_id: "S01.100.PL.4500000008.00010.01.810" });
    expect(await linesOf(keyed.draft ?? 0)).toHaveLength(1);
    // No ledger of ours knows the requisition by hand, and the contract is not reopened behind it.
    expect((await fates())["4500000009"]).toBe("held po-change-after-requisition");
    expect(await linesOf(keyed.billed ?? 0)).toMatchObject([{ amount: expect.stringMatching(/^99\.0/), origin_id: null }]);
    // Where one of ours stands on it, the change is a change order.
    const changeOrders = (await bench.get(`/rest/v1.0/projects/${project}/commitment_change_orders`)) as unknown[];
    expect(changeOrders).toHaveLength(1);
    expect((await linesOf(keyed.same ?? 0)).map(({ amount }) => Number(amount)).sort()).toEqual([100, 50].sort());
    const found = await contracts();
    expect(found.filter(({ origin_id: id }) => id?.startsWith("S01.")).map(({ status }) => status)).not.toContain("Draft");
    orders.billed = order("4500000009", ["99.00"]);
    say();
    await finished();
    expect((await fates())["4500000009"]).toMatch(/^(posted|unchanged)$/);
  });

  it("waits for a person, whose word the next run carries out", async () => {
    await expect(decide("4500000099", { kind: "create" })).rejects.toMatchObject({ code: "cut-over.refused" });
    await expect(decide("4500000001", { kind: "create" })).rejects.toMatchObject({ code: "cut-over.refused" });
    // No contract stood for it, so what was spent on it since is in direct costs (ruling 21).
    await expect(decide("4500000006", { kind: "create" })).rejects.toMatchObject({
      detail: expect.stringContaining("direct costs already"),
    });
    await decide("4500000002", { kind: "adopt", contractId: keyed.less ?? 0 });
    await expect(decide("4500000003", { kind: "adopt", contractId: keyed.less ?? 0 })).rejects.toMatchObject({
      code: "cut-over.refused",
    });
    await decide("4500000003", { kind: "adopt", contractId: keyed.recycled ?? 0 });
    await decide("4500000004", { kind: "leave-out" });
    await decide("4500000005", { kind: "create" });
    await decide("4500000003", undefined);
    await decide("4500000003", { kind: "adopt", contractId: keyed.recycled ?? 0 });
    await finished();
    expect(await fates()).toMatchObject({
      "4500000002": "held contract-differs",
      "4500000003": "held contract-decision-void",
      "4500000004": "excluded left-out-at-cut-over",
      "4500000005": "posted",
      "4500000006": "excluded before-cut-over",
    });
    expect((await waiting())["4500000002"]?.why).toBe(
      "item 00010.01: no line of 100.00 on its budget code; line " +
        `${(await linesOf(keyed.less ?? 0))[0]?.id}: 90.0 on 03-100.M, of no item`,
    );
    const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`select disposition, reason from cost_line join cost_document using (document) where document_number = '0000000004' and line = 1`.execute(
        tx,
      ),
    );
    expect(rows).toEqual([{ disposition: "excluded", reason: "commitment-by-hand" }]);
    expect(await contracts()).toHaveLength(10);
  });

  it("adopts by a person's word once the contract is what SAP says", async () => {
    const [line] = await linesOf(keyed.less ?? 0);
    await bench.patch(`${base}/${keyed.less}/line_items/${line?.id}`, { project_id: project, line_item: { amount: "100.00" } });
    await finished();
    expect((await fates())["4500000002"]).toBe("posted");
    expect((await contracts()).find(({ id }) => id === keyed.less)).toMatchObject({
      status: "Approved",
      origin_id: "S01.100.PO.4500000002.810",
    });
    expect(await linesOf(keyed.less ?? 0)).toHaveLength(1);
    const before = await bench.writes();
    await finished();
    expect(await bench.writes()).toBe(before);
  });
});

describe("an adoption", () => {
  let at: Record<string, () => void> = {};

  /** A project with one contract of 10.00 and 20.00, and the order that it is. */
  async function openWith(adopt: "ask" | "sure", status: string): Promise<number> {
    at = {};
    bench = await openBench({
      settings: {
        cutOver: { default: { date: "2026-10-01" }, adopt },
        limits: { settleMs: 300, callTimeoutMs: 250, attemptsMax: 4 },
      },
      faultPoint: (name) => {
        const strike = at[name];
        delete at[name];
        strike?.();
      },
    });
    await inviteVendor();
    bench.records["purchase-orders"] = [order("4500000001", ["20.00", "10.00"])];
    return keyContract({ number: "4500000001", lines: ["10.00", "20.00"], status });
  }

  const isOnceThere = async (id: number) => {
    expect(await contracts()).toMatchObject([{ id, origin_id: "S01.100.PO.4500000001.810", status: "Approved" }]);
    expect(await linesOf(id)).toHaveLength(2);
    expect((await fates())["4500000001"]).toMatch(/^(posted|unchanged)$/);
    const before = await bench.writes();
    await finished();
    expect(await bench.writes()).toBe(before);
  };

  afterEach(() => bench.close());

  it.each(["timeout-after-commit", "crash"])("in doubt (%s) ends with one contract, linked once, its lines once", async (how) => {
    const id = await openWith("sure", "Approved");
    if (how === "crash")
      at["apply.answered"] = () => {
        throw new Error("crash");
      };
    // The vendor goes first.
    await bench.sync(["vendors"]);
    await bench.door("/sandbox/weather", {
      on: { path: "/purchase_order_contracts/sync$" },
      times: how === "crash" ? 0 : 1,
      how,
      delayMs: 900,
    });
    let state = "";
    for (let again = 0; again < 5 && state !== "finished"; again++) state = (await bench.sync()).state;
    expect(state).toBe("finished");
    await isOnceThere(id);
  });

  it("is asked for by default, and takes nothing by halves: a line that somebody changed meanwhile keeps all of it open", async () => {
    const id = await openWith("ask", "Draft");
    await finished();
    expect((await waiting())["4500000001"]).toMatchObject({
      code: "contract-twin",
      why: `contract ${id} surely is it, line by line`,
    });
    expect(await contracts()).toMatchObject([{ origin_id: null }]);
    await decide("4500000001", { kind: "adopt", contractId: id });
    const [line] = await linesOf(id);
    const setLine = (amount: string) =>
      bench.patch(`${base}/${id}/line_items/${line?.id}`, { project_id: project, line_item: { amount } });
    const setLink = (originId: string | null) =>
      bench.patch(`${base}/${id}`, { project_id: project, purchase_order_contract: { origin_id: originId } });
    let changed: Promise<unknown> | undefined;
    /** Between the plan and the look that goes before the write. */
    const meanwhile = async (change: () => Promise<unknown>) => {
      at["apply.sending"] = () => {
        changed = change();
      };
      const on = { path: "/purchase_order_contracts/\\d+$", method: "GET" };
      await bench.door("/sandbox/weather", { on, times: 1, how: "slow", delayMs: 200 });
      await finished();
      await changed;
    };
    await meanwhile(() => setLink("LEGACY-9"));
    expect(await fates()).toEqual({ "4500000001": "held contract-differs" });
    const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`select hold_code, detail from effect where aspect = 'adoption' and state = 'held'`.execute(tx),
    );
    expect(rows).toEqual([{ hold_code: "contract-foreign-origin", detail: `contract ${id} was linked as LEGACY-9 meanwhile` }]);
    expect(await contracts()).toMatchObject([{ origin_id: "LEGACY-9" }]);
    await setLink(null);
    await meanwhile(() => setLine("10.01"));
    expect(await fates()).toEqual({ "4500000001": "held contract-differs" });
    await finished();
    expect((await waiting())["4500000001"]?.why).toContain("item 00020.01: no line of 10.00 on its budget code");
    expect(await linesOf(id)).toHaveLength(2);
    expect(await contracts()).toMatchObject([{ status: "Draft" }]);
    // Its link is written: created by it, its lines would stand there twice.
    await expect(decide("4500000001", { kind: "create" })).rejects.toMatchObject({ code: "cut-over.refused" });
    await setLine("10.00");
    await finished();
    await isOnceThere(id);
    // A store that was restored from before the adoption: the contract bears its link, and nobody is asked again.
    await bench.postgres.store.transact({ tenant: "main" }, async (tx) => {
      await sql`delete from contract_decision`.execute(tx);
      await sql`delete from known where split_part(origin_id, '.', 3) in ('PO', 'PL')`.execute(tx);
      await sql`update source_record set is_decided = false where flow = 'purchase-orders'`.execute(tx);
    });
    await finished();
    await isOnceThere(id);
  });
});
