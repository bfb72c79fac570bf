/**
 * The customer's posting module (docs/sap/z-mlc-post-document.md): search, check, and post with its commit, each one call and one session, for over
 * SOAP a commit of its own commits nothing (sap-rfc 3.4). An answer that is not understood is a failure, never "not posted".
 */
import { type FoundDocument, formatIsoDate, formatMoney, type Journal, type JournalLine, parseMoney } from "../../core/index.ts";
import type { RfcClient, RfcFailure, RfcParameters } from "../../ports/index.ts";
import { isAboutTheConnection, isModuleMissing, readFunctionInterface, rowsOf } from "../rfc/index.ts";
import type { BapiMessage } from "./call-bapi.ts";
import { messagesOf } from "./call-bapi.ts";

export const postingModuleDefault = "Z_MLC_POST_DOCUMENT";
const version = "1";
const needed = ["IV_MODE", "IV_REFERENCE", "IT_LINES", "ET_FOUND", "EV_RESULT", "RETURN"];

export type ToPost = { readonly journal: Journal; readonly reference: string };
export type Searched = { kind: "found"; documents: readonly FoundDocument[] } | RfcFailure;
export type Checked = { kind: "accepted" } | { kind: "refused"; messages: readonly BapiMessage[] } | RfcFailure;
export type Posted =
  | { kind: "posted" }
  | { kind: "refused"; messages: readonly BapiMessage[] }
  /** Another call with this reference holds SAP's lock. */
  | { kind: "busy" }
  /** Committed, and the update brought no document (SM13). */
  | { kind: "lost" }
  | RfcFailure;

export type PostingModule = {
  search(what: ToPost): Promise<Searched>;
  check(what: ToPost): Promise<Checked>;
  /** One attempt, never repeated here. */
  post(what: ToPost, timeoutMs: number): Promise<Posted>;
};

/** Whether the module is there with the interface that is called here. */
export async function findPostingModule(
  client: RfcClient,
  name: string,
): Promise<{ kind: "there" } | { kind: "missing"; detail: string } | RfcFailure> {
  const found = await readFunctionInterface(client, name);
  if (found.kind === "failure") {
    if (isModuleMissing(found)) return { kind: "missing", detail: `${name} is not there, or is not remote-enabled` };
    return isAboutTheConnection(found) || found.class === "authorization" ? found : { kind: "missing", detail: found.detail };
  }
  const lacking = needed.find((parameter) => !found.parameters.has(parameter));
  return lacking === undefined ? { kind: "there" } : { kind: "missing", detail: `${name} has no parameter ${lacking}` };
}

/** A line's cost object by the names of ACCOUNTGL, which the customer's module has taken over. */
export const objectFields = ({ object }: Pick<JournalLine, "object">) => ({
  COSTCENTER: object?.kind === "cost-center" ? object.id : "",
  ORDERID: object?.kind === "order" ? object.id : "",
  WBS_ELEMENT: object?.kind === "wbs-element" ? object.id : "",
  NETWORK: object?.kind === "network" ? object.id : "",
  ACTIVITY: object?.kind === "network" ? object.activity : "",
});

function lineRow({ account, object, amount, taxCode, text }: JournalLine): Readonly<Record<string, string>> {
  return {
    GL_ACCOUNT: account,
    ...objectFields({ object }),
    TAX_CODE: taxCode,
    AMOUNT: formatMoney(amount),
    ITEM_TEXT: text,
  };
}

function parametersOf(mode: "S" | "C" | "P", { journal, reference }: ToPost): RfcParameters {
  return {
    IV_MODE: mode,
    IV_REFERENCE: reference,
    IV_COMP_CODE: journal.companyCode,
    IV_DOC_TYPE: journal.documentType,
    // sap-rfc 2.2.2: a date travels as YYYY-MM-DD over SOAP.
    IV_DOC_DATE: formatIsoDate(journal.documentDate),
    IV_PSTNG_DATE: formatIsoDate(journal.postingDate),
    IV_CURRENCY: journal.currency,
    IV_HEADER_TXT: journal.headerText,
    IT_LINES: journal.lines.map(lineRow),
  };
}

const unclear = (name: string, detail: string): RfcFailure => ({
  kind: "failure",
  class: "protocol",
  key: "POSTING_ANSWER",
  detail: `${name}: ${detail}`,
});

function documentOf(row: Readonly<Record<string, string>>): FoundDocument | undefined {
  const text = (name: string) => (row[name] ?? "").trim();
  const debit = parseMoney(text("DEBIT"), text("WAERS"));
  const [lines, copies] = [text("LINES"), text("COPIES")];
  if (!debit.ok || text("BELNR") === "" || !/^\d+$/.test(lines) || !/^\d+$/.test(copies)) return undefined;
  return {
    companyCode: text("BUKRS"),
    number: text("BELNR"),
    year: text("GJAHR"),
    hasCopy: Number(lines) > 0 && lines === copies,
    isReversal: text("XREVERSAL") === "2",
    reversedBy: text("STBLG"),
    postingDate: text("BUDAT").replaceAll("-", ""),
    documentType: text("BLART"),
    debit: debit.value,
  };
}

const searchTimeoutMs = 120_000;

type Answer = { kind: "answer"; values: RfcParameters; result: string };

/** `client` may repeat what only reads; `once` must not. */
export function createPostingModule(options: { client: RfcClient; once: RfcClient; name: string }): PostingModule {
  const { client, once, name } = options;
  const ask = async (by: RfcClient, mode: "S" | "C" | "P", what: ToPost, timeoutMs: number): Promise<Answer | RfcFailure> => {
    const parameters = parametersOf(mode, what);
    const outcome = await by.call({ function: name, parameters, tables: ["ET_FOUND", "RETURN"], timeoutMs });
    if (outcome.kind === "failure") return outcome;
    const { values } = outcome;
    const said = (parameter: string) => (typeof values[parameter] === "string" ? values[parameter].trim() : "");
    if (said("EV_VERSION") !== version) return unclear(name, `has version "${said("EV_VERSION").slice(0, 10)}", not ${version}`);
    return { kind: "answer", values, result: said("EV_RESULT") };
  };
  const bad = ({ result }: Answer) => unclear(name, `answered "${result.slice(0, 10)}"`);
  return {
    async search(what) {
      const answer = await ask(client, "S", what, searchTimeoutMs);
      if (answer.kind === "failure") return answer;
      const documents = rowsOf(answer.values.ET_FOUND).map(documentOf);
      const read = documents.filter((document) => document !== undefined);
      // A list that was lost on the way must not pass for "nothing".
      const isWhole = answer.result === (documents.length === 0 ? "NOTHING" : "FOUND") && read.length === documents.length;
      return isWhole ? { kind: "found", documents: read } : bad(answer);
    },
    async check(what) {
      const answer = await ask(client, "C", what, searchTimeoutMs);
      if (answer.kind === "failure") return answer;
      if (answer.result === "CHECKED") return { kind: "accepted" };
      return answer.result === "REFUSED" ? { kind: "refused", messages: messagesOf(answer.values) } : bad(answer);
    },
    async post(what, timeoutMs) {
      const answer = await ask(once, "P", what, timeoutMs);
      if (answer.kind === "failure") return answer;
      switch (answer.result) {
        case "POSTED":
        case "FOUND":
          return { kind: "posted" };
        case "REFUSED":
          return { kind: "refused", messages: messagesOf(answer.values) };
        case "BUSY":
          return { kind: "busy" };
        case "LOST":
          return { kind: "lost" };
        default:
          return bad(answer);
      }
    },
  };
}

/** After which of a posting's failures it is certain that SAP executed nothing; of all others nobody knows. */
export function isSurelyNotExecuted({ class: kind, key }: RfcFailure): boolean {
  if (["logon", "not-active", "authorization", "resting"].includes(kind)) return true;
  // What the module raises before it touches anything (docs/sap), and a module that is not there.
  if (kind === "exception") return ["NOT_AUTHORIZED", "NOT_VALID", "FU_NOT_FOUND"].includes(key);
  return kind === "communication" && (key === "UNREACHABLE" || key === "NAME_NOT_FOUND");
}
