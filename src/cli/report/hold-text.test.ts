import { describe, expect, it } from "vitest";
import type { Hold, ShownHold } from "../../hub/index.ts";
import { goneLines, holdLines } from "./hold-text.ts";
import { csvLines, recordLines, summaryLines } from "./holds-text.ts";
import { paintWith } from "./text-table.ts";
import { wrapText } from "./wrap-text.ts";

const plain = paintWith(false);
const nowMs = Date.UTC(2026, 10, 29, 12);
const hold: Hold = {
  hold: "12",
  connection: "main",
  flow: "purchase-orders",
  key: "4500000001.00010.01",
  code: "po-refused",
  disposition: "held",
  amount: "1250.40",
  currency: "USD",
  period: "",
  project: "TOWER",
  rule: "mapping.csv line 7",
  waitsFor: "",
  detail: "PATCH /rest/v1.0/purchase_order_contracts/sync: number has already been taken",
  firstSeen: "2026-11-26T02:00:00.000Z",
  lastSeen: "2026-11-29T02:00:00.000Z",
  runs: 4,
  assignedTo: "",
  note: "",
};
const shown: ShownHold = {
  ...hold,
  firstRun: "3",
  lastRun: "6",
  facts: [
    ["purchase order (EBELN)", "4500000001"],
    ["item (EBELP)", "00010"],
  ],
  effect: { originId: "S01.100.PO.4500000001.810", action: "create", attempts: 1, state: "held" },
  exchange: {
    at: "2026-11-29T02:00:00.000Z",
    run: "6",
    code: "procore.validation",
    endpoint: "PATCH /rest/v1.0/purchase_order_contracts/sync",
    requestId: "req-77",
    request: { number: "4500000001", vendor_id: 5 },
    answer: { detail: "number: has already been taken", complaints: [{ field: "number", messages: ["has already been taken"] }] },
  },
};

describe("one hold in full", () => {
  it("says which record, why, whose, what was sent and answered, and what to press", () => {
    const text = holdLines(shown, plain, { nowMs, width: 100 }).join("\n");
    expect(text).toContain("Hold 12: po-refused (held, 1,250.40 USD)");
    expect(text).toMatch(/why +Procore refused the contract or its line\./);
    expect(text).toContain("project TOWER, by mapping rule mapping.csv line 7");
    expect(text).toContain("integration-owner; assigned to nobody");
    expect(text).toMatch(/since 2026-11-26 02:00 \(3 days\), in 4 runs, last 2026-11-29 02:00 in run 6/);
    expect(text).toMatch(/purchase order \(EBELN\) +4500000001/);
    expect(text).toContain("In Procore: create S01.100.PO.4500000001.810, held after 1 attempt");
    expect(text).toContain('"number": "4500000001"');
    expect(text).toContain("Procore's answer (request id req-77)\n    number: has already been taken");
    expect(text).toContain("ml-connector holds replay 12");
  });

  it("fits a terminal, but for what is to be copied", () => {
    for (const width of [80, 120])
      for (const line of holdLines(shown, plain, { nowMs, width }))
        if (!line.includes("ml-connector ")) expect(line.length, line).toBeLessThanOrEqual(width);
  });

  it("says of an unknown outcome that it is looked up first", () => {
    const unknown = { ...shown, code: "outcome-unknown", disposition: "unknown" };
    expect(holdLines(unknown, plain, { nowMs, width: 100 }).join("\n")).toContain(
      "looks it up in Procore before anything is sent",
    );
  });

  it("says of one that is gone what became of it", () => {
    const memory = {
      hold: "9",
      connection: "main",
      flow: "costs",
      key: "K",
      code: "mapping-no-rule",
      firstSeen: "",
      lastSeen: "",
      runs: 2,
    };
    expect(goneLines({ ...memory, releasedAt: "2026-11-29T02:00:00.000Z" }, 100).join(" ")).toContain(
      "released at 2026-11-29 02:00",
    );
    const ignored = { by: "user:jane", at: "2026-11-29T02:00:00.000Z", reason: "settled by hand" };
    expect(goneLines({ ...memory, ignored }, 200).join(" ")).toMatch(/ignored: user:jane, .* "settled by hand"\. .*unignore 9/);
  });
});

describe("the list", () => {
  const sums = {
    flow: "purchase-orders",
    code: "po-refused",
    disposition: "held",
    count: 3,
    amounts: { USD: "99.00" },
    assigned: 1,
  };

  it("puts why below each record, and the sums of all at the foot", () => {
    const text = recordLines({ records: [hold], summary: [sums], limit: 1 }, plain, { nowMs, width: 80 }).join("\n");
    expect(text).toMatch(/12 +purchase-orders +4500000001\.00010\.01 +po-refused +1,250\.40 USD +3 days/);
    expect(text).toMatch(/has already been\s+taken/);
    expect(text).toContain("… and 2 more");
    expect(text).toMatch(/purchase-orders +po-refused +3 +1 +99\.00 USD$/m);
    expect(recordLines({ records: [], summary: [], limit: 1 }, plain, { nowMs, width: 80 })).toEqual([
      "Nothing is held that fits.",
    ]);
  });

  it("sums by code and currency, with whose it is and the next step, within the terminal's width", () => {
    const other = { ...sums, code: "po-currency", assigned: 0, amounts: { USD: "1.00", KRW: "5", EUR: "0.00" } };
    const narrow = summaryLines([sums, other], plain, 80);
    expect(narrow.join("\n")).toMatch(/po-refused \(integration-owner\): Procore refused the contract or its\s+line\./);
    expect(narrow.some((line) => /^ +5 KRW$/.test(line) || /po-currency .* 5 KRW$/.test(line))).toBe(true);
    expect(narrow.join("\n")).not.toContain("EUR");
    for (const line of narrow) expect(line.length, line).toBeLessThanOrEqual(80);
    const wide = summaryLines([sums], plain, 120).join("\n");
    expect(wide).toMatch(/purchase-orders +held +po-refused +3 +1 +99\.00 USD +integration-owner/);
    expect(summaryLines([], plain, 80)).toEqual(["Nothing is held."]);
  });

  it("is CSV that no spreadsheet takes for a formula", () => {
    const [head, row] = csvLines([{ ...hold, amount: "-5.00", detail: '=cmd|"x"', note: "a, b" }]);
    expect(head).toMatch(/^hold,connection,flow,key,code/);
    expect(row).toContain(",-5.00,USD,");
    expect(row).toContain('"\'=cmd|""x"""');
    expect(row).toContain('"a, b"');
  });
});

describe("wrapping", () => {
  it("breaks at blanks and keeps long words whole", () => {
    expect(wrapText("one two three", 8, "", "  ")).toEqual(["one two", "  three"]);
    expect(wrapText("averyverylongword b", 5, "> ", "  ")).toEqual(["> averyverylongword", "  b"]);
    expect(wrapText("  ", 5, "", "")).toEqual([]);
  });
});
