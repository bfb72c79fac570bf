import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMoney } from "../money.ts";
import { gatherJournals, type PlacedRow } from "./gather-journals.ts";
import { debitTotal, journalHash, journalKey, journalReference } from "./journal.ts";
import { type JournalCells, readJournalRow } from "./read-journal-row.ts";

const client = { systemId: "S01", client: "100" };
const cells: JournalCells = {
  external_id: "PAY-2026-11",
  company_code: "1000",
  document_type: "SA",
  document_date: "2026-11-30",
  posting_date: "20261130",
  currency: "USD",
  header_text: "Payroll November",
  account: "410000",
  cost_center: "100100",
  amount: "1250.40",
  tax_code: "V0",
  text: "Wages, field",
};

const rowOf = (changed: JournalCells = {}, at = 2): PlacedRow => {
  const row = readJournalRow({ ...cells, ...changed });
  if (!row.ok) throw new Error(JSON.stringify(row.error));
  return { ...row.value, at };
};
const pair = (changed: JournalCells = {}, at = 2) => [
  rowOf(changed, at),
  rowOf({ ...changed, account: "231000", cost_center: "", amount: `-${changed.amount ?? "1250.40"}` }, at + 1),
];

describe("a row of the journal file", () => {
  it("comes with padded keys, SAP dates and signed money", () => {
    expect(rowOf()).toMatchObject({
      header: { externalId: "PAY-2026-11", postingVersion: 1, documentDate: "20261130", postingDate: "20261130" },
      line: {
        account: "0000410000",
        object: { kind: "cost-center", id: "0000100100" },
        amount: { minor: 125_040n, currency: "USD" },
        taxCode: "V0",
      },
    });
  });

  it("takes S and H for a sign, and no sign beside them", () => {
    expect(rowOf({ debit_credit: "H" }).line.amount.minor).toBe(-125_040n);
    expect(rowOf({ debit_credit: "S" }).line.amount.minor).toBe(125_040n);
  });

  it.each<[JournalCells, string, string]>([
    [{ external_id: "" }, "external_id", "without blanks"],
    [{ external_id: "A B" }, "external_id", "without blanks"],
    [{ version: "0" }, "version", "from 1 to 999"],
    [{ company_code: "10000" }, "company_code", "company code"],
    [{ document_type: "S" }, "document_type", "document type"],
    [{ document_date: "2026-02-30" }, "document_date", "no day"],
    [{ posting_date: "11/30/2026" }, "posting_date", "no day"],
    [{ currency: "usd" }, "currency", "currency"],
    [{ header_text: "x".repeat(26) }, "header_text", "25 characters"],
    [{ text: "a\u0007b" }, "text", "control character"],
    [{ account: "12345678901" }, "account", "longer than 10"],
    [{ account: "41'00" }, "account", "no key of SAP"],
    [{ amount: "1,250.40" }, "amount", "no decimal number"],
    [{ amount: "1e3" }, "amount", "no decimal number"],
    [{ amount: "1.005" }, "amount", "more decimals"],
    [{ amount: "0.00" }, "amount", "is zero"],
    [{ amount: "12345678901234.56" }, "amount", "more than 15 digits"],
    [{ amount: "-1.00", debit_credit: "S" }, "amount", "sign beside"],
    [{ debit_credit: "D" }, "debit_credit", "neither S"],
    [{ order: "800001" }, "order", "one cost object"],
    [{ activity: "0010" }, "activity", "without a network"],
    [{ tax_code: "V01" }, "tax_code", "tax code"],
  ])("is refused for %j", (changed, column, words) => {
    const row = readJournalRow({ ...cells, ...changed });
    expect(row.ok).toBe(false);
    if (!row.ok) expect(row.error).toContainEqual(expect.objectContaining({ column, detail: expect.stringContaining(words) }));
  });

  it("has the decimals of its currency: none in yen", () => {
    expect(rowOf({ currency: "JPY", amount: "1250" }).line.amount.minor).toBe(1250n);
    expect(readJournalRow({ ...cells, currency: "JPY", amount: "1250.5" }).ok).toBe(false);
  });
});

describe("journals", () => {
  it("are several a file, each with its lines and a reference number of its own", () => {
    const gathered = gatherJournals(client, [...pair(), ...pair({ external_id: "B" }, 4)]);
    if (!gathered.ok) throw new Error(JSON.stringify(gathered.error));
    expect(gathered.value.map(({ journal, at }) => [journal.externalId, journal.lines.length, at])).toEqual([
      ["PAY-2026-11", 2, 2],
      ["B", 2, 4],
    ]);
    for (const { reference } of gathered.value) expect(reference).toMatch(/^[A-Z2-7]{16}$/);
    expect(new Set(gathered.value.map(({ reference }) => reference)).size).toBe(2);
  });

  it.each<[string, readonly PlacedRow[], number, string]>([
    ["a cent too much", [rowOf({}, 2), rowOf({ amount: "-1250.41" }, 3)], 3, "debit less credit is -0.01 USD"],
    ["a single line", [rowOf({}, 2)], 2, "one line"],
    [
      "another posting date within",
      [rowOf({}, 2), rowOf({ amount: "-1250.40", posting_date: "2026-12-01" }, 3)],
      3,
      "posting_date",
    ],
    ["another currency within", [rowOf({}, 2), rowOf({ amount: "-1250.40", currency: "EUR" }, 3)], 3, "currency"],
    ["an external id that comes again", [...pair(), ...pair({ external_id: "B" }, 4), ...pair({}, 6)], 6, "from line 2"],
    ["the same id in another version", [rowOf({}, 2), rowOf({ amount: "-1250.40", version: "2" }, 3)], 3, "version"],
  ])("are refused for %s", (_, rows, at, words) => {
    const gathered = gatherJournals(client, rows);
    expect(gathered.ok).toBe(false);
    if (!gathered.ok) expect(gathered.error).toContainEqual({ at, detail: expect.stringContaining(words) });
  });

  it("may share an external id in two company codes", () => {
    expect(gatherJournals(client, [...pair(), ...pair({ company_code: "1100" }, 4)]).ok).toBe(true);
  });

  it("that come to one reference number are refused", () => {
    const gathered = gatherJournals(client, [...pair(), ...pair({ external_id: "B" }, 4)], () => journalReference(client, one));
    expect(gathered).toMatchObject({ ok: false, error: [{ at: 4, detail: expect.stringContaining("of line 2") }] });
  });

  const [first, second] = pair();
  const one = { ...rowOf().header, lines: [first?.line, second?.line].filter((line) => line !== undefined) };

  it("balance, or are refused, whatever the amounts", () => {
    const some = fc.array(fc.bigInt({ min: -999_999_999n, max: 999_999_999n }), { minLength: 2, maxLength: 8 });
    const amounts = fc.oneof(
      some,
      some.map((minors) => [...minors, minors.reduce((total, each) => total - each, 0n)]),
    );
    fc.assert(
      fc.property(amounts, (minors) => {
        const rows = minors.map((minor, index) => {
          const row = rowOf({}, index + 2);
          return { ...row, line: { ...row.line, amount: { minor, currency: "USD" } } };
        });
        expect(gatherJournals(client, rows).ok).toBe(minors.reduce((total, each) => total + each, 0n) === 0n);
      }),
    );
  });

  it("have a hash over all that is posted, and a reference over key and version alone", () => {
    const amount = parseMoney("1.00", "USD");
    if (!amount.ok) throw new Error("amount");
    const changes = [
      { headerText: "other" },
      { postingDate: one.documentDate.replace("30", "29") as typeof one.documentDate },
      { documentType: "SB" },
      { lines: one.lines.map((line) => ({ ...line, text: "other" })) },
      { lines: one.lines.map((line) => ({ ...line, amount: amount.value })) },
      { lines: one.lines.map((line) => ({ ...line, object: { kind: "order", id: "0000100100" } as const })) },
    ];
    for (const change of changes) {
      expect(journalHash({ ...one, ...change })).not.toBe(journalHash(one));
      expect(journalReference(client, { ...one, ...change })).toBe(journalReference(client, one));
    }
    expect(journalHash({ ...one })).toBe(journalHash(one));
    expect(journalReference(client, { ...one, postingVersion: 2 })).not.toBe(journalReference(client, one));
    expect(journalReference({ ...client, client: "200" }, one)).not.toBe(journalReference(client, one));
    expect(journalKey(one)).toBe("JE.1000.PAY-2026-11");
    expect(debitTotal(one)).toEqual({ minor: 125_040n, currency: "USD" });
  });
});
