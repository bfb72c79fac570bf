import { describe, expect, it } from "vitest";
import { type Confirmed, findEdits, type Held, toWireNames, unlinkedLine } from "./find-edits.ts";

const own: Confirmed = {
  originId: "PO.1",
  aspect: "content",
  procoreId: 7,
  body: { title: "Steel", vendor_id: 5001, contract_date: "2026-01-02", fax_number: "1" },
};
const status: Confirmed = { originId: "PO.1", aspect: "status", procoreId: 7, body: { status: "Approved" } };
const line: Confirmed = { originId: "PL.1", aspect: "content", procoreId: 8, body: { amount: "100.10", wbs_code_id: 33001 } };
const entity: Held = { id: 7, title: "Steel", vendorId: 5001, contractDate: "2026-01-02", status: "Approved" };
const heldLine: Held = { id: 8, amount: "100.1", wbsCodeId: 33001 };
const find = (change: { entity?: Held; lines?: ReadonlyMap<string, Held> | undefined } = {}) =>
  findEdits("PO.1", [own, status, line], {
    kind: "there",
    entity,
    lines: new Map([["PL.1", heldLine]]),
    ...change,
  }).map((edit) => `${edit.originId} ${edit.aspect} ${edit.field}: ${edit.confirmed} > ${edit.found}`);

describe("what a person changed", () => {
  it("is nothing where Procore holds what was confirmed, however it writes it, and where it says nothing", () => {
    expect(find()).toEqual([]);
    expect(find({ lines: undefined })).toEqual([]);
  });

  it("is told field by field, of the record, its status and its lines", () => {
    const lines = new Map([["PL.1", { ...heldLine, amount: "99", wbsCodeId: 33002 }]]);
    expect(find({ entity: { ...entity, title: "Iron", vendorId: null, status: "Draft" }, lines })).toEqual([
      "PO.1 content title: Steel > Iron",
      "PO.1 content vendor_id: 5001 > ",
      "PO.1 status status: Approved > Draft",
      "PL.1 content amount: 100.1 > 99",
      "PL.1 content wbs_code_id: 33001 > 33002",
    ]);
  });

  it("is looked for by a line's own id where it bears no origin id: an adopted contract's", () => {
    expect(find({ lines: new Map([[unlinkedLine(8), heldLine]]) })).toEqual([]);
    expect(find({ lines: new Map([[unlinkedLine(8), { ...heldLine, amount: "99" }]]) })).toEqual([
      "PL.1 content amount: 100.1 > 99",
    ]);
    expect(find({ lines: new Map([[unlinkedLine(9), heldLine]]) })).toHaveLength(1);
  });

  it("may be a line that is gone, or the record", () => {
    expect(find({ lines: new Map() })).toEqual(["PL.1 record record: there > no line of the record any more"]);
    expect(findEdits("PO.1", [own, status, line], { kind: "gone", how: "in the recycle bin" })).toEqual([
      { originId: "PO.1", aspect: "record", procoreId: 7, field: "record", confirmed: "there", found: "in the recycle bin" },
    ]);
  });

  it("is not guessed of a record of which nothing was confirmed", () => {
    expect(findEdits("PO.1", [line], { kind: "gone", how: "x" })).toEqual([]);
  });

  it("is compared in Procore's own words", () => {
    expect(toWireNames({ wbsCodeId: 1, grandTotal: "2" })).toEqual({ wbs_code_id: 1, grand_total: "2" });
  });
});

describe("what a requisition bills", () => {
  const item = (work: string, retained: string) => ({
    item_type: "contract_item",
    work_completed_this_period: work,
    work_completed_retainage_retained_this_period: retained,
  });
  const sent: Confirmed = {
    originId: "RQ.1",
    aspect: "content",
    procoreId: 9,
    body: { invoice_number: "51", items: [item("40.10", "4.00"), item("-1.00", "0.00")], "items.0": 11, "items.1": 12 },
  };
  const shown = (lineItemId: number, workCompletedThisPeriod: string, retainageThisPeriod: string) => ({
    itemType: "contract_item",
    lineItemId,
    workCompletedThisPeriod,
    retainageThisPeriod,
  });
  const billed = (...items: unknown[]) =>
    findEdits("RQ.1", [sent], { kind: "there", entity: { id: 9, invoiceNumber: "51", items }, lines: undefined }).map(
      (edit) => `${edit.field}: ${edit.confirmed} > ${edit.found}`,
    );

  it("is the same in any order and writing, and with lines that bill nothing", () => {
    expect(billed(shown(12, "-1.0", "0"), shown(13, "0.00", "0.0"), shown(11, "40.1", "4"))).toEqual([]);
    expect(findEdits("RQ.1", [sent], { kind: "there", entity: { id: 9, items: null }, lines: undefined })).toEqual([]);
  });

  it("differs by a line's work, its retainage, a line more and a line less", () => {
    const was = "items: line 11: 40.1, 4 retained; line 12: -1 >";
    expect(billed(shown(11, "40.00", "4"), shown(12, "-1", "0"))).toEqual([`${was} line 11: 40, 4 retained; line 12: -1`]);
    expect(billed(shown(11, "40.10", "0"), shown(12, "-1", "0"))).toEqual([`${was} line 11: 40.1; line 12: -1`]);
    expect(billed(shown(11, "40.10", "4"))).toEqual([`${was} line 11: 40.1, 4 retained`]);
    expect(billed(shown(11, "40.10", "4"), shown(12, "-1", "0"), shown(13, "100", "0"))).toEqual([
      `${was} line 11: 40.1, 4 retained; line 12: -1; line 13: 100`,
    ]);
  });
});
