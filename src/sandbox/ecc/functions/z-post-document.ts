/**
 * The customer's posting module Z_MLC_POST_DOCUMENT as docs/sap describes it: search, check, and post with its commit, in one call. A posted
 * reference number is kept in ZMLC_POSTED in the document's own update, so that a second posting cannot be (switch `zPostGuard`).
 */
import { AbapException } from "../abap-errors.ts";
import { book, documentsOf, message, objections, type Posting } from "../posting/journal.ts";
import type { NamedChange } from "../store/changes.ts";
import { rowByKey } from "../store/find.ts";
import { argumentOf, optional } from "./bapi/values.ts";
import { localTime } from "./basis.ts";
import {
  type CallContext,
  type CallInput,
  type CallOutput,
  char,
  date,
  type FunctionModule,
  type Row,
  structure,
} from "./interface.ts";

const version = "1";

function postingOf(input: CallInput): Posting {
  const reference = argumentOf(input, "IV_REFERENCE");
  const text = (row: Row, name: string) => (row[name] ?? "").trimEnd();
  return {
    companyCode: argumentOf(input, "IV_COMP_CODE"),
    documentType: argumentOf(input, "IV_DOC_TYPE"),
    documentDate: argumentOf(input, "IV_DOC_DATE"),
    postingDate: argumentOf(input, "IV_PSTNG_DATE"),
    currency: argumentOf(input, "IV_CURRENCY"),
    reference,
    headerText: argumentOf(input, "IV_HEADER_TXT"),
    lines: (input.tables.get("IT_LINES") ?? []).map((row) => ({
      account: text(row, "GL_ACCOUNT"),
      costCenter: text(row, "COSTCENTER"),
      order: text(row, "ORDERID"),
      wbsElement: text(row, "WBS_ELEMENT"),
      network: text(row, "NETWORK"),
      taxCode: text(row, "TAX_CODE"),
      text: text(row, "ITEM_TEXT"),
      amount: text(row, "AMOUNT").trim(),
      copy12: reference,
      copy20: reference,
    })),
  };
}

type Done = { output: CallOutput; changes: readonly NamedChange[] };

function answer(
  result: string,
  rest: { rows?: readonly Row[]; found?: readonly Row[]; changes?: readonly NamedChange[] } = {},
): Done {
  const [first] = rest.found ?? [];
  return {
    output: {
      exports: {
        EV_RESULT: result,
        EV_BELNR: first?.BELNR ?? "",
        EV_BUKRS: first?.BUKRS ?? "",
        EV_GJAHR: first?.GJAHR ?? "",
        EV_VERSION: version,
      },
      tables: { IT_LINES: [], ET_FOUND: rest.found ?? [], RETURN: rest.rows ?? [] },
    },
    changes: rest.changes ?? [],
  };
}

function checkAuthority(companyCode: string, { world }: CallContext): void {
  const { zPostCompanyCodes } = world.switches;
  if (zPostCompanyCodes !== "all" && !zPostCompanyCodes.includes(companyCode))
    throw new AbapException("NOT_AUTHORIZED", `No authorization to post in company code ${companyCode}`);
}

function commit(input: CallInput, context: CallContext): Done {
  const { world } = context;
  const posting = postingOf(input);
  const { companyCode, reference } = posting;
  checkAuthority(companyCode, context);
  const mode = argumentOf(input, "IV_MODE");
  if (!["S", "C", "P"].includes(mode) || reference.length !== 16) throw new AbapException("NOT_VALID", "mode or reference");
  const found = documentsOf(world, companyCode, reference);
  if (mode === "S") return answer(found.length === 0 ? "NOTHING" : "FOUND", { found });
  const isKept = rowByKey(world, "ZMLC_POSTED", [reference]) !== undefined;
  if (mode === "P" && world.switches.zPostGuard && (found.length > 0 || isKept)) return answer("FOUND", { found });
  const wrong = objections(world, posting);
  if (wrong.length > 0) return answer("REFUSED", { rows: wrong });
  if (mode === "C") return answer("CHECKED", { rows: [message("S", "614", "Document can be posted: BKPFF $")] });
  if (world.switches.updatesFailing > 0) {
    world.switches.updatesFailing -= 1;
    return answer("LOST");
  }
  const { key, changes } = book(posting, context);
  const { date: CPUDT, time: CPUTM } = localTime(context);
  const note = {
    table: "ZMLC_POSTED",
    upsert: [{ XBLNR: reference, ...key, USNAM: context.user.user, CPUDT, CPUTM }],
    patch: [],
    delete: [],
  };
  const said = message("S", "605", "Document posted successfully: BKPFF", ["BKPFF", `${key.BELNR}${key.BUKRS}${key.GJAHR}`]);
  return answer("POSTED", {
    rows: [said],
    found: [{ ...key }],
    changes: world.switches.zPostGuard ? [...changes, note] : changes,
  });
}

export const zPostDocument: FunctionModule = {
  name: "Z_MLC_POST_DOCUMENT",
  text: "Search, check or post a journal by its reference number",
  parameters: [
    { direction: "import", name: "IV_MODE", type: char(1), text: "S search, C check, P post" },
    { direction: "import", name: "IV_REFERENCE", type: char(16, "BKPF-XBLNR"), text: "Reference number" },
    { direction: "import", name: "IV_COMP_CODE", type: char(4, "T001-BUKRS"), text: "Company Code" },
    optional("IV_DOC_TYPE", 2, "Document Type"),
    { direction: "import", name: "IV_DOC_DATE", type: date("BKPF-BLDAT"), default: "00000000", text: "Document Date" },
    { direction: "import", name: "IV_PSTNG_DATE", type: date("BKPF-BUDAT"), default: "00000000", text: "Posting Date" },
    optional("IV_CURRENCY", 5, "Currency"),
    optional("IV_HEADER_TXT", 25, "Document Header Text"),
    { direction: "export", name: "EV_RESULT", type: char(10), text: "What became of it" },
    { direction: "export", name: "EV_BELNR", type: char(10, "BKPF-BELNR"), text: "Document number" },
    { direction: "export", name: "EV_BUKRS", type: char(4, "BKPF-BUKRS"), text: "Company Code" },
    { direction: "export", name: "EV_GJAHR", type: char(4, "BKPF-GJAHR"), text: "Fiscal Year" },
    { direction: "export", name: "EV_VERSION", type: char(10), text: "Version of the interface" },
    { direction: "table", name: "IT_LINES", type: structure("ZMLC_JOURNAL_LINE"), text: "Lines" },
    { direction: "table", name: "ET_FOUND", type: structure("ZMLC_FOUND"), text: "Documents with the reference" },
    { direction: "table", name: "RETURN", type: structure("BAPIRET2"), text: "Return Parameter(s)" },
  ],
  exceptions: ["NOT_AUTHORIZED", "NOT_VALID"],
  run: (input, context) => commit(input, context).output,
  commit,
};
