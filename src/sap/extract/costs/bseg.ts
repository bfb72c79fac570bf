/**
 * FI documents with the lines of BSEG: read by its leading keys only (a cluster table in ECC). Amounts become signed (S +, H -) and are shifted
 * by TCURX here, once. A posted document that does not balance as delivered is rejected whole.
 */
import type { CostLine, SourceRecord } from "../../../core/index.ts";
import type { TableRow } from "../../rfc/index.ts";
import { fieldsRead } from "../fields-read.ts";
import { assignmentKeysOf, costElementCategory, type Loaded, realAmount } from "../look-ups.ts";
import { cell, readByValues, signedBy } from "../rows.ts";
import { eachYear, financeCurrency, financeFacts, financeId, financePeriod, financeSide } from "./finance-headers.ts";
import { judge, periodText, reject, unstableDetail } from "./judge.ts";
import type { SourceContext, SourceReader, WholeDocument } from "./source-reader.ts";

const assignmentKeys = (row: TableRow) => assignmentKeysOf(row, "PROJK");

function lineOf(row: TableRow, header: TableRow, currency: string, tools: Loaded): CostLine {
  const { objectOf, small } = tools;
  const object = objectOf(assignmentKeys(row), { realOnly: true });
  const account = cell(row, "HKONT");
  const area = small.areaOfCompany.get(cell(header, "BUKRS")) ?? "";
  const order = cell(row, "EBELN");
  return {
    line: cell(row, "BUZEI"),
    account,
    amount: signedBy(cell(row, "SHKZG"), realAmount(small, cell(row, "DMBTR"), currency)),
    ...(object ? { object } : {}),
    costElementCategory: costElementCategory(small, area, account, cell(header, "BUDAT")),
    transactionKey: cell(row, "KTOSL"),
    specialGl: cell(row, "UMSKZ"),
    purchaseOrder: order,
    purchaseOrderItem: order === "" ? "" : cell(row, "EBELP"),
    assignment: order === "" ? "" : cell(row, "ZEKKN"),
    // LIFNR stands on G/L lines too; only a vendor line (KOART K) makes a document that vendor's.
    vendor: cell(row, "KOART") === "K" ? cell(row, "LIFNR") : "",
    text: cell(row, "SGTXT"),
  };
}

/** A document without a fiscal period belongs nowhere; it is rejected by name and the others go on. */
function recordOf({ header, rows, lost }: WholeDocument, tools: Loaded): SourceRecord {
  const period = financePeriod(header);
  const key = financeId(header);
  const currency = financeCurrency(header, tools);
  if (!period) return reject({ key, currency, period: "" }, "amount-unreadable", `MONAT "${cell(header, "MONAT")}" is no period`);
  const lines = rows.map((row) => lineOf(row, header, currency, tools)).sort((left, right) => (left.line < right.line ? -1 : 1));
  const names = { kind: "cost-document", source: "bseg", key, documentNumber: cell(header, "BELNR") } as const;
  const document = { ...names, ...financeFacts(header, period, tools), lines };
  return judge(document, { lost, table: "BSEG", amountField: "DMBTR", mustBalance: true });
}

/** `otherSources` are the company codes that another source tells. */
export function createBsegSource(context: SourceContext, otherSources: readonly string[]): SourceReader {
  const { reader, lookUps, companyCodes } = context;
  const oneOf = companyCodes === undefined ? [] : [{ field: "BUKRS", values: [...companyCodes] }];
  const noneOf = companyCodes === undefined && otherSources.length > 0 ? [{ field: "BUKRS", values: [...otherSources] }] : [];
  return {
    ...financeSide(context, { oneOf, ...(noneOf.length > 0 ? { noneOf } : {}) }),
    source: "bseg",
    idOf: financeId,
    async readLines(keys) {
      const asked = { table: "BSEG", fields: fieldsRead.BSEG, field: "BELNR" };
      const parts = await eachYear(keys, (values, where) => readByValues(reader, { ...asked, values, where }));
      return { rows: parts.flatMap(({ rows }) => rows), rejected: parts.flatMap(({ rejected }) => rejected) };
    },
    async recordsOf(documents) {
      const tools = await lookUps.load(documents.flatMap(({ rows }) => rows.map(assignmentKeys)));
      return documents.map((document) => recordOf(document, tools));
    },
    async unstable(header) {
      const currency = financeCurrency(header, await lookUps.load([]));
      const period = periodText(financePeriod(header));
      return [reject({ key: financeId(header), currency, period }, "object-unstable", unstableDetail)];
    },
  };
}
