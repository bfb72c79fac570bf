/**
 * BAPI_ACC_DOCUMENT_CHECK and _POST with BAPI_TRANSACTION_COMMIT and _ROLLBACK (sap-rfc 3.4). What is posted waits for its commit in the caller's session. Over
 * SOAP every call is a session of its own: the document is gone when the call ends, and the commit that follows has nothing to commit. RETURN says
 * RW 605 all the same.
 */
import { book, message, objections, type Posting } from "../../posting/journal.ts";
import {
  type CallContext,
  type CallInput,
  type CallOutput,
  char,
  type FunctionModule,
  type Parameter,
  type Row,
  structure,
} from "../interface.ts";
import { returnRow } from "./values.ts";

const text = (row: Row | undefined, name: string) => (row?.[name] ?? "").trim();
const dateOf = (row: Row | undefined, name: string) => text(row, name).replaceAll("-", "");

function postingOf(input: CallInput): Posting {
  const [header] = input.tables.get("DOCUMENTHEADER") ?? [];
  const amounts = input.tables.get("CURRENCYAMOUNT") ?? [];
  const amountOf = (line: Row) => amounts.find((amount) => text(amount, "ITEMNO_ACC") === text(line, "ITEMNO_ACC"));
  return {
    companyCode: text(header, "COMP_CODE"),
    documentType: text(header, "DOC_TYPE"),
    documentDate: dateOf(header, "DOC_DATE"),
    postingDate: dateOf(header, "PSTNG_DATE"),
    currency: text(amounts[0], "CURRENCY"),
    reference: text(header, "REF_DOC_NO"),
    headerText: text(header, "HEADER_TXT"),
    lines: (input.tables.get("ACCOUNTGL") ?? []).map((line) => ({
      account: text(line, "GL_ACCOUNT"),
      costCenter: text(line, "COSTCENTER"),
      order: text(line, "ORDERID"),
      wbsElement: text(line, "WBS_ELEMENT"),
      network: text(line, "NETWORK"),
      taxCode: text(line, "TAX_CODE"),
      text: text(line, "ITEM_TEXT"),
      amount: text(amountOf(line), "AMT_DOCCUR"),
      copy12: text(line, "REF_KEY_1"),
      copy20: text(line, "REF_KEY_3"),
    })),
  };
}

const given: readonly Parameter[] = [
  { direction: "import", name: "DOCUMENTHEADER", type: structure("BAPIACHE09"), text: "Header" },
  { direction: "table", name: "ACCOUNTGL", type: structure("BAPIACGL09"), text: "G/L account item" },
  { direction: "table", name: "CURRENCYAMOUNT", type: structure("BAPIACCR09"), text: "Currency Items" },
  { direction: "table", name: "RETURN", type: structure("BAPIRET2"), text: "Return Parameter(s)" },
];

function echo(input: CallInput, rows: readonly Row[]): CallOutput["tables"] {
  const back = (name: string) => input.tables.get(name) ?? [];
  return { ACCOUNTGL: back("ACCOUNTGL"), CURRENCYAMOUNT: back("CURRENCYAMOUNT"), RETURN: rows };
}

function runCheck(input: CallInput, { world }: CallContext): CallOutput {
  const wrong = objections(world, postingOf(input));
  const said = wrong.length > 0 ? wrong : [message("S", "614", "Document can be posted: BKPFF $")];
  return { exports: {}, tables: echo(input, said) };
}

function runPost(input: CallInput, context: CallContext): CallOutput {
  const posting = postingOf(input);
  const wrong = objections(context.world, posting);
  if (wrong.length > 0) return { exports: { OBJ_TYPE: "", OBJ_KEY: "$", OBJ_SYS: "" }, tables: echo(input, wrong) };
  const { key } = book(posting, context);
  context.world.sessions.keep(context.session, posting);
  const objectKey = `${key.BELNR}${key.BUKRS}${key.GJAHR}`;
  const said = message("S", "605", `Document posted successfully: BKPFF ${objectKey}`, ["BKPFF", objectKey]);
  return {
    exports: { OBJ_TYPE: "BKPFF", OBJ_KEY: objectKey, OBJ_SYS: context.world.system.systemId },
    tables: echo(input, [said]),
  };
}

export const documentCheck: FunctionModule = {
  name: "BAPI_ACC_DOCUMENT_CHECK",
  text: "Accounting: Check Posting",
  parameters: given,
  exceptions: [],
  run: runCheck,
};

export const documentPost: FunctionModule = {
  name: "BAPI_ACC_DOCUMENT_POST",
  text: "Accounting: Posting",
  parameters: [
    ...given,
    { direction: "export", name: "OBJ_TYPE", type: char(5), text: "Reference Transaction" },
    { direction: "export", name: "OBJ_KEY", type: char(20), text: "Reference Key" },
    { direction: "export", name: "OBJ_SYS", type: char(10), text: "Logical system of source document" },
  ],
  exceptions: [],
  run: runPost,
};

const success = (): CallOutput => ({ exports: { RETURN: returnRow("BAPIRET2", undefined) }, tables: {} });
const returned: Parameter = { direction: "export", name: "RETURN", type: structure("BAPIRET2"), text: "Return Messages" };

const failedUpdate = (): CallOutput => ({
  exports: {
    RETURN: returnRow("BAPIRET2", { type: "E", id: "S1", number: "150", text: "Update was terminated" }),
  },
  tables: {},
});

/** sap-rfc 3.1: an empty RETURN is fine. The number is given anew: another document may have taken the one that was told. */
function commit(input: CallInput, context: CallContext) {
  const postings = context.world.sessions.take(context.session);
  const { switches } = context.world;
  if (postings.length > 0 && switches.updatesFailing > 0) {
    switches.updatesFailing -= 1;
    return { output: input.imports.get("WAIT") === "X" ? failedUpdate() : success(), changes: [] };
  }
  return { output: success(), changes: postings.flatMap((posting, index) => book(posting, context, index).changes) };
}

export const transactionCommit: FunctionModule = {
  name: "BAPI_TRANSACTION_COMMIT",
  text: "Execute external Commit when using BAPIs",
  parameters: [
    { direction: "import", name: "WAIT", type: char(1), default: "", text: "Using the command `COMMIT AND WAIT`" },
    returned,
  ],
  exceptions: [],
  run: success,
  commit,
};

export const transactionRollback: FunctionModule = {
  name: "BAPI_TRANSACTION_ROLLBACK",
  text: "Execute external rollback when using BAPIs",
  parameters: [returned],
  exceptions: [],
  run: (_input, { world, session }) => {
    world.sessions.take(session);
    return success();
  },
};
