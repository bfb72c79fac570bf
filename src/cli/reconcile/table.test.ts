import { describe, expect, it } from "vitest";
import { type CellVerdict, type SapDate, type StatementRow, type ToDateRow, unexplainedOf } from "../../core/index.ts";
import type { DrillLine, OpeningToDate } from "../../hub/index.ts";
import { openingTableLines } from "../report/opening-text.ts";
import { drillTable, rowTable, statementLines } from "../report/reconcile-text.ts";
import { paintWith } from "../report/text-table.ts";
import { csvLine, csvOf, ledgerSheet, lineCells, openingSheet, statementSheet } from "./export.ts";
import { narrowOpenings, openingTotals, openingViews } from "./opening-view.ts";
import { accountsOf, commitmentOf, commitmentTotalsOf, isTied, totalsOf, viewOf } from "./table.ts";

const row = (change: Partial<StatementRow> = {}): StatementRow => ({
  companyCode: "1000",
  project: "TOWER",
  costCode: "03-100.M",
  currency: "USD",
  control: 123_456_78n,
  lines: 3,
  read: 123_456_78n,
  posted: 123_456_78n,
  held: 0n,
  waiting: 0n,
  opening: 0n,
  excluded: 0n,
  excludedBy: {},
  procore: 123_400_00n,
  variance: 56_78n,
  classes: { edited: 56_78n },
  ...change,
});
const cell = (notRead: bigint): CellVerdict => ({
  key: { companyCode: "1000", currency: "USD", object: "", account: "0000400000" },
  lines: [],
  control: 500n + notRead,
  read: 500n,
  late: [],
  notRead,
});
const control = {
  run: 7n,
  day: "20260930",
  readAt: new Date(0),
  closedAt: undefined,
  sources: ["COSP", "GLT0"],
  halfReadBy: undefined,
  closes: [],
};
const reconciliation = (differing: readonly CellVerdict[] = []) => ({
  control,
  ledger: { accounts: 9, differing },
  openings: [] as OpeningToDate[],
  rejected: [{ key: "1000.0100000009.2026", code: "document-unbalanced", detail: "" }],
  listings: [
    { projectId: 810, listedAt: "2026-10-01T06:00:00.000Z", lines: 4 },
    { projectId: 811, listedAt: "2026-10-01T05:00:00.000Z", lines: 0, problem: "Procore counted 5 records and listed 4" },
  ],
});

const toDate = (change: Partial<ToDateRow> = {}): ToDateRow => ({
  currency: "USD",
  budgetCode: "03-100.M",
  costs: 70_00n,
  orderCosts: 11_00n,
  posted: 1_234_50n,
  waiting: 0n,
  held: 2_00n,
  commitments: 17_00n,
  excluded: 3_00n,
  confirmed: 81_00n,
  sapToDate: 1_337_50n,
  difference: 0n,
  state: "tied",
  ...change,
});
const opening = (change: Partial<OpeningToDate["rows"][number]> = {}): OpeningToDate => ({
  project: "TOWER",
  date: "20261001" as SapDate,
  word: { actor: "user:jane", note: "per trial balance", at: new Date(Date.UTC(2026, 9, 2, 8)), hash: "3f0c00000000" },
  rows: [toDate(change)],
});

describe("a statement in decimal text", () => {
  it("keeps each currency's own decimals, and says where there is no total of SAP's", () => {
    expect(viewOf(row())).toMatchObject({ control: "123456.78", variance: "56.78", classes: { edited: "56.78" } });
    expect(viewOf(row({ currency: "JPY", control: undefined }))).toMatchObject({ control: null, read: "12345678" });
  });

  it("adds up by currency, what was read standing in for a total that is not there", () => {
    const other = row({ control: undefined, read: 1n, excludedBy: { "cost-commitment": 5n }, classes: { edited: -6_78n } });
    expect(totalsOf([row(), other, row({ currency: "EUR" })])).toMatchObject([
      { currency: "EUR", control: "123456.78", lines: 3 },
      {
        currency: "USD",
        control: "123456.79",
        lines: 6,
        classes: { edited: "50.00" },
        excludedBy: { "cost-commitment": "0.05" },
      },
    ]);
    expect(totalsOf([row({ opening: 81_00n }), row({ opening: -1_00n })])).toMatchObject([{ opening: "80.00" }]);
    // An opening balance stands for cost, and for no order.
    expect([commitmentOf(row()), ...commitmentTotalsOf([row()])].some((view) => "opening" in view)).toBe(false);
  });

  it("ties only where rows and general ledger are explained", () => {
    const tied = (rows: readonly StatementRow[], differing: readonly CellVerdict[] = []) =>
      isTied(rows, reconciliation(differing), unexplainedOf);
    expect(tied([row()])).toBe(true);
    expect(tied([row()], [cell(0n)])).toBe(true);
    expect(tied([row(), row({ classes: { "not-read": 1n } })])).toBe(false);
    expect(tied([row()], [cell(1n)])).toBe(false);
    const half = { ...reconciliation(), control: { ...control, halfReadBy: 8n } };
    expect(isTied([row()], half, unexplainedOf)).toBe(false);
    const opened = (difference: bigint) => ({ ...reconciliation(), openings: [opening({ difference })] });
    expect(isTied([row()], opened(0n), unexplainedOf)).toBe(true);
    expect(isTied([row()], opened(1n), unexplainedOf)).toBe(false);
  });
});

describe("a statement for people", () => {
  const text = (rows: readonly StatementRow[], { isAll = false, differing = [] as CellVerdict[] } = {}) => {
    const about = reconciliation(differing);
    const made = {
      period: "2026.009",
      rows: rows.map(viewOf),
      totals: totalsOf(rows),
      isTied: isTied(rows, about, unexplainedOf),
      openings: { totals: [], views: [], isAll },
    };
    return statementLines({ ...made, reconciliation: about, isAll }, paintWith(false)).join("\n");
  };
  const tying = row({ project: "BRIDGE", procore: 123_456_78n, variance: 0n, classes: {} });

  it("shows the rows that differ and counts those that tie; all of them where it is asked to", () => {
    expect(text([row(), tying])).toMatch(/TOWER +03-100\.M +USD +123,456\.78[\s\S]* 56\.78 +edited 56\.78\n\n1 rows tie\.\n/);
    expect(text([row(), tying])).not.toContain("BRIDGE");
    expect(text([row(), tying], { isAll: true })).toContain("BRIDGE");
  });

  it("says what the columns were made of, and what could not be", () => {
    const shown = text([row({ control: undefined })]);
    expect(shown).toContain("SAP's totals: COSP, GLT0, read 1970-01-01T00:00:00.000Z, SAP's day 20260930");
    expect(shown).toContain("Procore: 2 projects listed, the oldest 2026-10-01T05:00:00.000Z");
    expect(shown).toContain("  project 811: Procore counted 5 records and listed 4");
    expect(shown).toContain("  1000.0100000009.2026: document-unbalanced");
    expect(shown).toMatch(/TOWER +03-100\.M +USD +not read/);
  });

  it("never calls explained what is not", () => {
    expect(text([row()])).toContain("Every difference is explained.");
    for (const bad of [text([row({ classes: { unexplained: 1n } })]), text([row()], { differing: [cell(-250n)] })])
      expect(bad).toContain("There are differences without an explanation.");
    expect(text([row()], { differing: [cell(-250n)] })).toMatch(/0000400000 +USD +2\.50 +5\.00 +0\.00 +-2\.50/);
  });
});

const line: DrillLine = {
  companyCode: "1000",
  fiscalYear: 2026,
  document: "0100000001",
  line: "001",
  account: "0000400000",
  object: "wbs P-1",
  amountMinor: -200_05n,
  currency: "USD",
  disposition: "posted",
  reason: "",
  project: "TOWER",
  costCode: "03-100.M",
  isLate: true,
  originId: "S01.100.DL.x.1.y",
  procoreLineId: "77",
  finding: "edited",
};

describe("exports", () => {
  it("name a line by SAP's key and by Procore's", () => {
    expect(drillTable([line], paintWith(false)).at(-1)).toMatch(
      /1000\/2026\/0100000001\/001 +0000400000 +wbs P-1 +-200\.05 USD +posted, late +TOWER +03-100\.M +77 +edited$/,
    );
    expect(csvLine(lineCells(line))).toBe(
      "1000,2026,0100000001,001,0000400000,wbs P-1,USD,-200.05,posted,,late,TOWER,03-100.M,S01.100.DL.x.1.y,77,edited\n",
    );
  });

  it("keep a text from being a formula or two cells, and an amount what it is", () => {
    const cells = csvLine(lineCells({ ...line, project: '=1+1,"a"', costCode: "@x", reason: "-y" }));
    expect(cells).toContain(`,-200.05,posted,'-y,late,"'=1+1,""a""",'@x,`);
  });

  it("have a row for each row, and the accounts that differ", () => {
    const sheet = statementSheet("2026.009", [viewOf(row({ excludedBy: { "cost-commitment": 5n } }))]);
    expect(sheet.rows[0]).toHaveLength(sheet.columns.length);
    expect(csvOf(sheet).split("\n")[1]).toBe(
      "1000,TOWER,03-100.M,2026.009,USD,123456.78,3,123456.78,123456.78,0.00,0.00,0.00,0.00,123400.00,56.78,edited 56.78,cost-commitment 0.05",
    );
    const accounts = ledgerSheet(accountsOf(reconciliation([cell(-250n)])));
    expect(accounts.rows.map((cells) => cells.map(({ text }) => text))).toEqual([
      ["1000", "0000400000", "USD", "2.50", "5.00", "0.00", "-2.50"],
    ]);
  });
});

describe("opening balances", () => {
  const bridge: OpeningToDate = {
    ...opening(),
    project: "BRIDGE",
    word: undefined,
    rows: [
      toDate({ confirmed: undefined, difference: 81_00n, state: "unconfirmed" }),
      toDate({ budgetCode: "", confirmed: undefined, costs: 0n, orderCosts: 0n, sapToDate: 1_256_50n, state: "nothing-older" }),
    ],
  };
  const openings = [bridge, opening()];
  const text = (isAll: boolean, given: readonly OpeningToDate[] = openings) =>
    openingTableLines({ totals: openingTotals(given), views: openingViews(given), isAll }, paintWith(false)).join("\n");

  it("state all that SAP has to date and what it is made of, with who confirmed it and when", () => {
    expect(text(false)).toMatch(
      /TOWER +\(all\) +USD +1,337\.50 +81\.00 +1,234\.50 +0\.00 +2\.00 +17\.00 +3\.00 +0\.00 +ties +older than 2026-10-01, confirmed by jane on 2026-10-02/,
    );
    expect(text(false, [])).toBe("");
  });

  it("show the cost codes that SAP changed, and what to do; all of them where they are asked for", () => {
    expect(text(false)).toMatch(/BRIDGE +\(all\) +USD +2,594\.00 +- .* 81\.00 +not confirmed +older than 2026-10-01\n +TOWER /);
    expect(text(false)).not.toMatch(/ 03-100\.M|\(none\)/);
    const changed = text(false, [opening({ difference: 50n, sapToDate: 1_338_00n, state: "changed-in-sap" })]);
    expect(changed).toMatch(/TOWER +03-100\.M +USD +1,338\.00 +81\.00 .* 0\.50 +SAP changed it after the word/);
    expect(text(false)).toContain("cut-over show --project NAME");
    expect(text(true)).toMatch(/BRIDGE +\(none\) .*nothing older[\s\S]*TOWER +03-100\.M/);
    expect(text(false, [opening()])).not.toContain("cut-over show");
  });

  it("are a sheet of their own, in which nobody's word is no amount", () => {
    const sheet = openingSheet(openingViews(openings));
    for (const cells of sheet.rows) expect(cells).toHaveLength(sheet.columns.length);
    expect(csvOf(sheet).split("\n")).toEqual([
      "project,cost code,currency,SAP to date,opening balance,posted,waiting,held,commitments,excluded,difference,state,older than,confirmed by,confirmed on,figures",
      "BRIDGE,03-100.M,USD,1337.50,,1234.50,0.00,2.00,17.00,3.00,81.00,unconfirmed,2026-10-01,,,",
      "BRIDGE,,USD,1256.50,,1234.50,0.00,2.00,17.00,3.00,0.00,nothing-older,2026-10-01,,,",
      "TOWER,03-100.M,USD,1337.50,81.00,1234.50,0.00,2.00,17.00,3.00,0.00,tied,2026-10-01,user:jane,2026-10-02,3f0c00000000",
      "",
    ]);
  });

  it("are narrowed with the statement", () => {
    expect(openingViews(narrowOpenings(openings, { project: "TOWER" })).map(({ project }) => project)).toEqual(["TOWER"]);
    expect(openingViews(narrowOpenings(openings, { costCode: "" })).map(({ costCode }) => costCode)).toEqual([""]);
    expect(openingTotals(narrowOpenings(openings, { costCode: "99" }))).toEqual([]);
  });

  it("have a column in the statement where a period has something older", () => {
    const shown = (view: StatementRow) => rowTable([viewOf(view)], paintWith(false)).join("\n");
    expect(shown(row())).not.toContain("opening");
    expect(shown(row({ opening: 81_00n }))).toMatch(/waiting +opening +excluded[\s\S]* 0\.00 +81\.00 +0\.00 +123,400\.00/);
    expect(csvOf(statementSheet("2026.009", [viewOf(row({ opening: 81_00n }))]))).toContain(",0.00,0.00,81.00,0.00,123400.00,");
  });
});
