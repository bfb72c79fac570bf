/**
 * FI documents as the leading ledger has them (sap-data 2.5): FAGLFLEXA, signed, by cost centre only; it knows no WBS element, no vendor and no
 * purchase order, so that commitment cost cannot be told from direct cost (ruling 21; the agent asks for consent). Driven by BKPF-CPUDT and not
 * by TIMESTAMP: the header is needed anyway for type, dates and status, and one overlap then serves both. What is posted in the ledger alone,
 * without an FI document (its own allocations), is not read; the ledger's totals show it (ruling 31) [K].
 */
import { type CostLine, costSourcePrefix, parsePeriod, type SourceRecord } from "../../../core/index.ts";
import { all, equal, oneOf, type RejectedRow, type TableRow } from "../../rfc/index.ts";
import { costSourceFields } from "../fields-read.ts";
import { leadingLedgerDefault } from "../flow-extract.ts";
import { costElementCategory, type Loaded, noAssignment, realAmount } from "../look-ups.ts";
import { cell, readByValues } from "../rows.ts";
import { eachYear, financeCurrency, financeFacts, financeId, financePeriod, financeSide } from "./finance-headers.ts";
import { judge, periodText, reject, unstableDetail } from "./judge.ts";
import type { SourceContext, SourceReader, WholeDocument } from "./source-reader.ts";

function lineOf(row: TableRow, header: TableRow, currency: string, tools: Loaded): CostLine {
  const { objectOf, small } = tools;
  const object = objectOf({ ...noAssignment, costCenter: cell(row, "RCNTR") }, { realOnly: true });
  const account = cell(row, "RACCT");
  const area = small.areaOfCompany.get(cell(header, "BUKRS")) ?? "";
  return {
    line: cell(row, "DOCLN"),
    account,
    // Signed as it stands: DRCRK only says the side again (sap-data 0.5).
    amount: realAmount(small, cell(row, "HSL"), currency),
    ...(object ? { object } : {}),
    costElementCategory: costElementCategory(small, area, account, cell(header, "BUDAT")),
    transactionKey: "",
    specialGl: "",
    purchaseOrder: "",
    purchaseOrderItem: "",
    assignment: "",
    vendor: "",
    text: "",
  };
}

/**
 * RYEAR and POPER where there are lines: the ledger may have a fiscal year variant of its own (sap-data 2.5); else the header's. The year is part
 * of the key, so that a lost line's serves too: a document that comes whole later must be the one that was rejected.
 */
function periodOf(header: TableRow, rows: readonly TableRow[], lost?: RejectedRow) {
  const told = new Set(rows.map((row) => `${cell(row, "RYEAR")}.${cell(row, "POPER")}`));
  if (told.size === 0) {
    const year = lost?.rejected.RYEAR ?? cell(header, "GJAHR");
    const period = year === cell(header, "GJAHR") ? financePeriod(header) : { year: Number(year), period: 0 };
    return { year, period, text: cell(header, "MONAT") };
  }
  const [only = ""] = told;
  const [year = "", period = ""] = only.split(".");
  return { year, period: told.size === 1 ? parsePeriod({ year, period }) : undefined, text: [...told].sort().join(", ") };
}

function keyOf(header: TableRow, ledger: string, year: string): { key: string; documentNumber: string } {
  const documentNumber = `${costSourcePrefix.faglflexa}${ledger}:${cell(header, "BELNR")}`;
  return { key: `${cell(header, "BUKRS")}.${documentNumber}.${year}`, documentNumber };
}

function recordOf({ header, rows, lost }: WholeDocument, ledger: string, tools: Loaded): SourceRecord {
  const { year, period, text } = periodOf(header, rows, lost);
  const names = { kind: "cost-document", source: "faglflexa", ...keyOf(header, ledger, year) } as const;
  const currency = financeCurrency(header, tools);
  if (!period) return reject({ key: names.key, currency, period: "" }, "amount-unreadable", `POPER "${text}" is no period`);
  const lines = rows.map((row) => lineOf(row, header, currency, tools)).sort((left, right) => (left.line < right.line ? -1 : 1));
  const document = { ...names, ...financeFacts(header, period, tools), lines };
  return judge(document, { lost, table: "FAGLFLEXA", amountField: "HSL", mustBalance: true });
}

export function createLedgerSource(context: SourceContext): SourceReader {
  const { reader, lookUps, settings, companyCodes = [] } = context;
  const { leadingLedger = leadingLedgerDefault } = settings;
  const asked = { table: "FAGLFLEXA", fields: costSourceFields.FAGLFLEXA, field: "DOCNR" };
  return {
    ...financeSide(context, { oneOf: [{ field: "BUKRS", values: [...companyCodes] }] }),
    source: "faglflexa",
    // Lines have RBUKRS where headers have BUKRS.
    idOf: (row) => (row.RBUKRS === undefined ? financeId(row) : `${row.RBUKRS}.${row.DOCNR}.${row.GJAHR}`),
    async readLines(keys) {
      const parts = await eachYear(keys, async (values, _, { company, year }) => {
        // RYEAR leads the key, and may be one year off the document's.
        const years = [-1, 0, 1].map((off) => String(Number(year) + off).padStart(4, "0"));
        const ledger = all(oneOf("RYEAR", years), equal("RLDNR", leadingLedger), equal("RBUKRS", company), equal("GJAHR", year));
        const { rows, rejected } = await readByValues(reader, { ...asked, values, where: ledger });
        // A lost line has the fields of its key only, and GJAHR is none of them.
        return { rows, rejected: rejected.map((row) => ({ ...row, rejected: { ...row.rejected, GJAHR: year } })) };
      });
      return { rows: parts.flatMap(({ rows }) => rows), rejected: parts.flatMap(({ rejected }) => rejected) };
    },
    async recordsOf(documents) {
      const tools = await lookUps.load([]);
      return documents.map((document) => recordOf(document, leadingLedger, tools));
    },
    async unstable(header, rows) {
      const currency = financeCurrency(header, await lookUps.load([]));
      const { year, period } = periodOf(header, rows);
      const { key } = keyOf(header, leadingLedger, year);
      return [reject({ key, currency, period: periodText(period) }, "object-unstable", unstableDetail)];
    },
  };
}
