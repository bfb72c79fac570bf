/**
 * Documents of controlling (sap-data 2.6): COBK finds them by the day of entry, COEP has their lines, signed. Read is actual cost of the
 * operational version only (WRTTP 04, VERSN 000, LEDNR 00): statistical lines (11) repeat a real one. A document may have lines of several
 * company codes; each has its own record, in one currency. One without a line of ours is nothing to us: plan and statistical documents have
 * their lines elsewhere, archived ones have none left, and what were missing would show in COSP and COSS (ruling 31). COBK-TIMESTMP is opaque
 * (sap-data 3) and not used. STOKZ flips on an old document without a stamp; that moves no amount, so a delta leaves it.
 */
import {
  type CostDocumentRecord,
  type CostLine,
  type CostValuation,
  costSourcePrefix,
  Fault,
  parsePeriod,
  type SourceRecord,
} from "../../../core/index.ts";
import { all, equal, oneOf, type RejectedRow, type RowKey, type TableRow, type Where } from "../../rfc/index.ts";
import { costSourceFields } from "../fields-read.ts";
import { costElementCategory, type Loaded, realAmount } from "../look-ups.ts";
import { cell, isFlag, type Rows, readByValues, readWhole } from "../rows.ts";
import type { Range } from "../slice.ts";
import { judge, reject, unstableDetail } from "./judge.ts";
import { readNetworks } from "./networks.ts";
import { assignmentOf } from "./object-number.ts";
import { beginOf, type SourceContext, type SourceReader, type WholeDocument, type Window } from "./source-reader.ts";

const keyFields = ["KOKRS", "BELNR"] as const;
const headerFields = costSourceFields.COBK;
const actualCost = all(equal("LEDNR", "00"), equal("WRTTP", "04"), equal("VERSN", "000"));

type Field = "WOGBTR" | "WKGBTR";
type Valued = { currency: string; fieldOf: (row: TableRow) => Field };

/**
 * The valuation that the company code has for good (ruling 25). Its own currency stands in the object's column or in the controlling area's, whichever
 * bears it; a line where neither does cannot be told in it, and then the document is not taken. Text: why not.
 */
function valueDocument(
  header: TableRow,
  companyCode: string,
  rows: readonly TableRow[],
  { small }: Loaded,
  valuation: CostValuation,
): Valued | string {
  const ofArea = cell(header, "KWAER");
  if (valuation === "controlling-area")
    return ofArea === "" ? "COBK names no currency (KWAER)" : { currency: ofArea, fieldOf: () => "WKGBTR" };
  if (valuation === "object") {
    const [currency = "", ...others] = new Set(rows.map((row) => cell(row, "OWAER")));
    if (others.length > 0) return `its lines are in several object currencies: ${[currency, ...others].join(", ")}`;
    return currency === "" ? "COEP names no currency (OWAER)" : { currency, fieldOf: () => "WOGBTR" };
  }
  const currency = small.currencyOfCompany.get(companyCode) ?? "";
  const other = rows.find((row) => cell(row, "OWAER") !== currency && ofArea !== currency);
  if (currency === "") return `T001 names no currency of ${companyCode}`;
  if (other) return `line ${cell(other, "BUZEI")} has no amount in ${currency}: OWAER ${cell(other, "OWAER")}, KWAER ${ofArea}`;
  return { currency, fieldOf: (row) => (cell(row, "OWAER") === currency ? "WOGBTR" : "WKGBTR") };
}

function lineOf(row: TableRow, header: TableRow, { fieldOf, currency }: Valued, { objectOf, small, networks }: Tools): CostLine {
  // The value type says that the object is the real one, whatever its master data say now.
  const object = objectOf(assignmentOf(cell(row, "OBJNR"), networks), { realOnly: false });
  const account = cell(row, "KSTAR");
  const order = cell(row, "EBELN");
  return {
    line: cell(row, "BUZEI"),
    account,
    amount: realAmount(small, cell(row, fieldOf(row)), currency),
    ...(object ? { object } : {}),
    costElementCategory: costElementCategory(small, cell(header, "KOKRS"), account, cell(header, "BUDAT")),
    transactionKey: cell(row, "VRGNG"),
    specialGl: "",
    purchaseOrder: order,
    purchaseOrderItem: order === "" ? "" : cell(row, "EBELP"),
    assignment: order === "" ? "" : cell(row, "ZEKKN"),
    vendor: "",
    text: cell(row, "SGTXT"),
  };
}

function namesOf(header: TableRow, companyCode: string) {
  const documentNumber = `${costSourcePrefix.coep}${cell(header, "KOKRS")}:${cell(header, "BELNR")}`;
  return { key: `${companyCode}.${documentNumber}.${cell(header, "GJAHR")}`, companyCode, documentNumber };
}

function reversalOf(header: TableRow): string {
  if (isFlag(header, "STFLG")) return "STFLG";
  return isFlag(header, "STOKZ") ? "STOKZ" : "";
}

type Part = WholeDocument & { companyCode: string };
type Tools = Loaded & { networks: ReadonlyMap<string, string> };

function recordOf({ header, rows, lost, companyCode }: Part, tools: Tools, wanted: CostValuation): SourceRecord {
  const names = namesOf(header, companyCode);
  const ofCompany = tools.small.currencyOfCompany.get(companyCode) ?? "";
  const valued =
    rows.length === 0
      ? { currency: ofCompany, fieldOf: () => "WOGBTR" as const }
      : valueDocument(header, companyCode, rows, tools, wanted);
  if (typeof valued === "string") return reject({ key: names.key, currency: ofCompany, period: "" }, "amount-unreadable", valued);
  const { currency, fieldOf } = valued;
  const told = [...new Set(rows.map((row) => cell(row, "PERIO")))].sort();
  const [only = ""] = told;
  const period = parsePeriod({ year: cell(header, "GJAHR"), period: told.length > 1 ? "" : only });
  if (!period && told.length > 0) {
    const detail = `PERIO "${told.join(", ")}" is no period`;
    return reject({ key: names.key, currency, period: "" }, "amount-unreadable", detail);
  }
  const document: CostDocumentRecord = {
    kind: "cost-document",
    source: "coep",
    ...names,
    fiscalYear: Number(cell(header, "GJAHR")),
    period: period?.period ?? 0,
    postingDate: cell(header, "BUDAT"),
    documentDate: cell(header, "BLDAT"),
    entryDate: cell(header, "CPUDT"),
    documentType: cell(header, "BLART"),
    status: "",
    currency,
    ...(wanted === "company-code" ? {} : { valuation: wanted }),
    reference: "",
    headerText: cell(header, "BLTXT"),
    reversalOf: reversalOf(header),
    lines: rows.map((row) => lineOf(row, header, valued, tools)).sort((left, right) => (left.line < right.line ? -1 : 1)),
  };
  return judge(document, { lost, table: "COEP", amountField: [...new Set(rows.map(fieldOf))].join(" or "), mustBalance: false });
}

function idOf(row: TableRow | RowKey): string {
  return `${row.KOKRS}.${row.BELNR}`;
}

/** The number is unique within its controlling area, and so leads nothing more. */
async function eachArea<T>(keys: readonly RowKey[], read: (values: string[], where: Where) => Promise<T>): Promise<T[]> {
  const parts: T[] = [];
  for (const [area = "", group] of Map.groupBy(keys, (key) => key.KOKRS)) {
    const values = group.map((key) => key.BELNR ?? "");
    parts.push(await read(values, equal("KOKRS", area)));
  }
  return parts;
}

export function createControllingSource({ reader, lookUps, settings, companyCodes = [] }: SourceContext): SourceReader {
  const { costsFrom, costValuations = {} } = settings;
  const valuationOf = (companyCode: string): CostValuation => costValuations[companyCode] ?? "company-code";
  const chosen = new Set(companyCodes);

  async function areas(): Promise<string[]> {
    const { small } = await lookUps.load([]);
    const found = companyCodes.map((code) => {
      const area = small.areaOfCompany.get(code);
      if (area) return area;
      throw new Fault("config.invalid", { place: "sap.costSources", detail: `${code} has no controlling area in TKA02` });
    });
    return [...new Set(found)].sort();
  }

  async function slices(window: Window) {
    const from = beginOf(window, costsFrom);
    const ranges: Range[] = [
      { field: "CPUDT", ...(from ? { from } : {}), below: window.below },
      { field: "BELNR" },
      { field: "KOKRS" },
    ];
    return [{ ranges, oneOf: [{ field: "KOKRS", values: await areas() }] }];
  }

  /** Whose a document is whose only lines were lost: its FI document's, or the first company code of its area that is ours. */
  function companyOf(header: TableRow, { small }: Loaded): string | undefined {
    const reference = cell(header, "REFBK");
    if (reference !== "") return chosen.has(reference) ? reference : undefined;
    return [...chosen].sort().find((code) => small.areaOfCompany.get(code) === cell(header, "KOKRS"));
  }

  /** A line that was lost names no company code: then every part of the document may lack it. */
  function partsOf({ header, rows, lost }: WholeDocument, tools: Loaded): Part[] {
    const parts = [...Map.groupBy(rows, (row) => cell(row, "BUKRS"))].map(([companyCode, own]) => {
      return { header, rows: own, lost, companyCode };
    });
    if (parts.length > 0 || lost === undefined) return parts;
    const companyCode = companyOf(header, tools);
    return companyCode === undefined ? [] : [{ header, rows: [], lost, companyCode }];
  }

  async function rowsOf(keys: readonly RowKey[]): Promise<Rows> {
    const asked = { table: "COEP", fields: costSourceFields.COEP, field: "BELNR" };
    const ofOurs = oneOf("BUKRS", companyCodes);
    const read = (values: string[], where: Where) =>
      readByValues(reader, { ...asked, values, where: all(where, actualCost, ofOurs) });
    const parts = await eachArea(keys, read);
    const rejected: RejectedRow[] = parts.flatMap((part) => [...part.rejected]);
    return { rows: parts.flatMap(({ rows }) => rows), rejected };
  }

  return {
    source: "coep",
    what: { flow: "costs", table: "COBK", keyFields, cap: 2_000, objectsPerSlice: 1_000 },
    slices,
    headerFields,
    idOf,
    async readHeaders(keys) {
      const asked = { table: "COBK", fields: headerFields, field: "BELNR" };
      return (await eachArea(keys, (values, where) => readWhole(reader, { ...asked, values, where }))).flat();
    },
    readLines: rowsOf,
    async recordsOf(documents) {
      const numbers = documents.flatMap(({ rows }) => rows.map((row) => cell(row, "OBJNR")));
      const networks = await readNetworks(reader, numbers);
      const loaded = await lookUps.load([...new Set(numbers)].map((number) => assignmentOf(number, networks)));
      const tools = { ...loaded, networks };
      return documents
        .flatMap((document) => partsOf(document, tools))
        .map((part) => recordOf(part, tools, valuationOf(part.companyCode)));
    },
    async unstable(header, rows) {
      const tools = await lookUps.load([]);
      return [...new Set(rows.map((row) => cell(row, "BUKRS")))].map((companyCode) => {
        const currency = tools.small.currencyOfCompany.get(companyCode) ?? "";
        return reject({ key: namesOf(header, companyCode).key, currency, period: "" }, "object-unstable", unstableDetail);
      });
    },
  };
}
