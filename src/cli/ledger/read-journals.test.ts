import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../../core/index.ts";
import { readJournals } from "./read-journals.ts";

const client = { systemId: "S01", client: "100" };
const head = "external_id,company_code,document_type,document_date,posting_date,currency,account,cost_center,amount,text";
const line = (id: string, amount: string, text = "") => `${id},1000,SA,2026-11-30,2026-11-30,USD,410000,100100,${amount},${text}`;
const file = (...lines: string[]) => [head, ...lines, ""].join("\n");
const read = (text: string) => readJournals(client, "j.csv", text);

function faultOf(text: string): Fault {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("it was read");
}

describe("a file of journals", () => {
  it("is read whole, with a byte order mark, quotes and blank lines", () => {
    const text = file(line("A", "1.00", '"two, words"'), "", line("A", "-1.00"), line("B", "2"), line("B", "-2"));
    const journals = read(`\uFEFF${text}`);
    expect(journals.map(({ journal, at, lastAt }) => [journal.externalId, at, lastAt])).toEqual([
      ["A", 2, 4],
      ["B", 5, 6],
    ]);
    expect(journals[0]?.journal.lines[0]).toMatchObject({ text: "two, words", amount: { minor: 100n } });
  });

  it.each([
    ["", "j.csv:1", "has no header"],
    [file(), "j.csv:1", "has no journal"],
    [file(line("A", "1.00"), line("A", "-1.01")), "j.csv:3", "debit less credit is -0.01 USD"],
    [file(line("A", "1.00"), `${line("A", "-1.00")},x`), "j.csv:3", "11 cells where the header has 10"],
    [file(line("A", "ten"), line("A", "1,0"), line("A", "x")), "j.csv:2", 'amount "ten" is no decimal number'],
    [file(line("A", "ten"), line("A", "x")), "j.csv:2", "(1 more, lines 3)"],
    [file(line("A", "1.00"), '"A'), "j.csv:3", "is no CSV"],
    [file().replace("cost_center", "cost_centre"), "j.csv:1", 'the nearest is "cost_center"'],
    [file().replace(",text", ",account"), "j.csv:1", '"account" is there twice'],
    [file().replace(",amount", ""), "j.csv:1", '"amount" is missing'],
  ])("is refused by line: %j", (text, place, words) => {
    const fault = faultOf(text);
    expect(fault).toMatchObject({ code: "ledger.csv-invalid", place });
    expect(fault.detail).toContain(words);
  });

  it("is never half read, whatever stands in it", () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom("A", "1.00", "-1.00", "USD", '"', "2026-11-30", "\n"));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 12 }), { maxLength: 6 }), (rows) => {
        const text = `${head}\n${rows.map((cells) => cells.join(",")).join("\n")}`;
        try {
          for (const { journal } of read(text))
            expect(journal.lines.reduce((total, { amount }) => total + amount.minor, 0n)).toBe(0n);
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          expect(error.code).toBe("ledger.csv-invalid");
        }
      }),
    );
  });
});
