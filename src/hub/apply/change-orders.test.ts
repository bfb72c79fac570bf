import { describe, expect, it } from "vitest";
import { ok } from "../../core/index.ts";
import type { ChangeOrderLine, CommitmentChangeOrder } from "../../procore/index.ts";
import { changeOrder, changeOrderApproval, changeOrderLine } from "./change-orders.ts";
import type { CallScope } from "./handler.ts";

const reference = "S01.100.CO.1.810.1";
const orderRow = { originId: reference, body: { reference, title: "SAP change 1", status: "draft" } };
const lineRow = {
  originId: "S01.100.CL.1.00010.01.810.1",
  body: { description: "00010.01 Rebar", amount: "5.00", wbs_code_id: 33 },
};
const approvalRow = { originId: reference, body: { status: "approved", total: "5.00", "lines.0": 91 } };

const order = (change: Partial<CommitmentChangeOrder> = {}) =>
  ({ id: 70, contractId: 9, reference, status: "draft", number: "001", ...change }) as CommitmentChangeOrder;
const line = (change: Partial<ChangeOrderLine> = {}) =>
  ({
    id: 91,
    contractLineId: null,
    description: "00010.01 Rebar",
    amount: "5.0",
    wbsCodeId: 33,
    ...change,
  }) as ChangeOrderLine;

type World = { orders?: CommitmentChangeOrder[]; lines?: ChangeOrderLine[]; isLocked?: boolean; byHand?: "hold" | "append" };

function scopeOf({ orders = [], lines = [], isLocked = false, byHand = "hold" }: World) {
  const writes: string[] = [];
  const answered = (name: string, body: unknown) => async () => {
    writes.push(name);
    return { kind: "answered", body };
  };
  const locked = { code: "procore.locked", endpoint: "PATCH", detail: "locked", complaints: [] };
  const commitmentChangeOrders = {
    list: () => ({ read: async () => ok({ items: orders, total: orders.length, isComplete: true }) }),
    lines: () => ({ all: async () => ok(lines) }),
    create: answered("create", order()),
    addLine: answered("add", line()),
    changeLine: answered("change", line()),
    approve: isLocked ? async () => ({ kind: "refused", fault: locked }) : answered("approve", order({ status: "approved" })),
  };
  const settings = { sap: { systemId: "S01", client: "100" }, purchaseOrders: { changeOrdersByHand: byHand } };
  const connection = { procore: { commitmentChangeOrders }, settings };
  const once = (_: string, read: () => Promise<unknown>) => read();
  const scope = { connection, projectId: 810, containerId: 9, options: {}, siblings: [], once };
  return { scope: scope as unknown as CallScope, writes };
}

describe("a change order", () => {
  it.each([
    ["is made where none is there", {}, ["create"], { kind: "settled", procoreId: 70, differences: [] }],
    ["is not made twice", { orders: [order()] }, [], { kind: "settled", procoreId: 70, differences: [] }],
    ["that a person approved goes on", { orders: [order({ status: "approved" })] }, [], { kind: "settled", differences: [] }],
    ["of another contract is not it", { orders: [order({ contractId: 8 })] }, ["create"], { kind: "settled" }],
    [
      "that somebody voided is not as it was made",
      { orders: [order({ status: "void" })] },
      [],
      { kind: "settled", differences: [{ field: "status", sent: "draft", found: "void" }] },
    ],
    [
      "is no longer one where there are two of it",
      { orders: [order(), order({ id: 71 })] },
      [],
      { kind: "held", code: "procore-differs" },
    ],
    [
      "waits beside one that people made",
      { orders: [order({ id: 71, reference: null })] },
      [],
      { kind: "held", code: "change-order-by-hand" },
    ],
    [
      "does not wait beside a void one",
      { orders: [order({ reference: null, status: "void" })] },
      ["create"],
      { kind: "settled" },
    ],
    [
      "is made beside theirs where the settings say so",
      { orders: [order({ reference: "theirs" })], byHand: "append" },
      ["create"],
      { kind: "settled" },
    ],
    ["of ours does not keep the next one waiting", { orders: [order({ reference: "S01.100.CO.1.810.0" })] }, ["create"], {}],
  ] as const)("%s", async (_, world, writes, element) => {
    const bench = scopeOf(world as World);
    expect(await changeOrder.send(bench.scope, [orderRow])).toMatchObject([element]);
    expect(bench.writes).toEqual(writes);
  });
});

describe("a line of it", () => {
  it.each([
    ["is added where none is there", [], ["add"], { kind: "settled" }],
    ["is left where it is as it should be", [line()], [], { kind: "settled", procoreId: 91 }],
    ["is changed where its amount differs", [line({ amount: "4.0" })], ["change"], { kind: "settled" }],
    ["is changed where its budget code differs", [line({ wbsCodeId: 34 })], ["change"], { kind: "settled" }],
    ["is added beside others", [line({ description: "00020.01 Rebar" })], ["add"], { kind: "settled" }],
    ["is held where there are two of it", [line(), line({ id: 92 })], [], { kind: "held", code: "procore-differs" }],
  ] as const)("%s", async (_, lines, writes, element) => {
    const bench = scopeOf({ lines: [...lines] });
    expect(await changeOrderLine.send(bench.scope, [lineRow])).toMatchObject([element]);
    expect(bench.writes).toEqual(writes);
  });

  it("that goes to nothing is not added anew where somebody deleted it", async () => {
    const bench = scopeOf({});
    const row = { ...lineRow, body: { description: "00010.01", amount: "0.00" } };
    expect(await changeOrderLine.send(bench.scope, [row])).toMatchObject([{ kind: "held", code: "procore-differs" }]);
    expect(bench.writes).toEqual([]);
  });
});

describe("its approval", () => {
  it.each([
    ["of exactly what was planned", [line()], ["approve"], { kind: "settled", differences: [] }],
    ["not without a line", [], [], { kind: "held", detail: expect.stringContaining("0 lines of 1") }],
    ["beside a line of nothing", [line(), line({ id: 92, amount: "0.00" })], ["approve"], { kind: "settled", differences: [] }],
    [
      "not with a line of somebody's, whatever they come to",
      [line({ amount: "3.0" }), line({ id: 92, amount: "2.0" })],
      [],
      { kind: "held", detail: expect.stringContaining("line 92") },
    ],
    ["not with two that make up for each other", [line({ id: 90 })], [], { kind: "held", code: "procore-differs" }],
    ["not for another total", [line({ amount: "5.01" })], [], { kind: "held", code: "procore-differs" }],
  ] as const)("%s", async (_, lines, writes, element) => {
    const bench = scopeOf({ lines: [...lines] });
    expect(await changeOrderApproval.send({ ...bench.scope, containerId: 70 }, [approvalRow])).toMatchObject([element]);
    expect(bench.writes).toEqual(writes);
  });

  it("by a person meanwhile is as good; a lock for another reason is not", async () => {
    const done = scopeOf({ lines: [line()], orders: [order({ status: "approved" })], isLocked: true });
    expect(await changeOrderApproval.send({ ...done.scope, containerId: 70 }, [approvalRow])).toMatchObject([
      { kind: "settled" },
    ]);
    const other = scopeOf({ lines: [line()], orders: [order()], isLocked: true });
    expect(await changeOrderApproval.send({ ...other.scope, containerId: 70 }, [approvalRow])).toMatchObject([
      { kind: "refused", fault: { code: "procore.locked" } },
    ]);
  });
});
