// sap-rfc 2.1.3 and 2.1.4 case by case: what the library says, and what may be done about it.
import { describe, expect, it } from "vitest";
import { asksForSmallerRange, retryOf } from "../rfc/index.ts";
import { fromNative } from "./native-failure.ts";

const cpic = (error: string, rc = "236") =>
  `\nLOCATION    CPIC (TCP/IP) on local host with Unicode\nERROR       ${error}\nTIME        Thu\nRELEASE     753\nCOMPONENT   NI (network interface)\nRC          ${rc}\nMODULE      nixxi.cpp\n`;
const facts = (code: string, group: number, message: string, key = code) => ({ code, group, key, message });

describe("what the RFC library says", () => {
  it.each([
    [
      "conversations",
      "RFC_COMMUNICATION_FAILURE",
      4,
      "max no. of 100 conversations exceeded",
      "",
      "overload",
      "CONVERSATION_LIMIT",
      "after-own-release",
    ],
    [
      "gateway full",
      "RFC_COMMUNICATION_FAILURE",
      4,
      cpic("connection table full", "230"),
      "",
      "overload",
      "RESOURCE_FAILURE",
      "backoff",
    ],
    [
      "pool of JCo",
      "RFC_COMMUNICATION_FAILURE",
      4,
      "no connection available",
      "JCO_ERROR_RESOURCE",
      "overload",
      "RESOURCE_FAILURE",
      "backoff",
    ],
    [
      "nobody there",
      "RFC_COMMUNICATION_FAILURE",
      4,
      cpic("partner 'sapecc:3300' not reached"),
      "",
      "communication",
      "UNREACHABLE",
      "backoff",
    ],
    [
      "no such name",
      "RFC_COMMUNICATION_FAILURE",
      4,
      cpic("hostname 'nowhere' unknown"),
      "",
      "communication",
      "NAME_NOT_FOUND",
      "backoff",
    ],
    [
      "no SNC",
      "RFC_COMMUNICATION_FAILURE",
      4,
      cpic("SNCERR_GSSAPI: GSS-API(maj): no credentials"),
      "",
      "communication",
      "SNC",
      "never",
    ],
    [
      "broken line",
      "RFC_COMMUNICATION_FAILURE",
      4,
      cpic("connection to partner broken"),
      "",
      "communication",
      "RESET",
      "backoff",
    ],
    [
      "two calls at once",
      "RFC_COMMUNICATION_FAILURE",
      4,
      "program state check for conversation 1 failed",
      "",
      "communication",
      "INVALID_HANDLE",
      "reopen-once",
    ],
    ["old handle", "RFC_INVALID_HANDLE", 4, "An invalid handle was passed", "", "communication", "INVALID_HANDLE", "reopen-once"],
    ["logon", "RFC_LOGON_FAILURE", 3, "Name or password is incorrect (repeat logon)", "", "logon", "LOGON_FAILED", "never"],
    ["our time limit", "RFC_CANCELED", 4, "Connection was canceled.", "", "communication", "TIMEOUT", "never"],
    ["time of a dialog step", "RFC_ABAP_RUNTIME_FAILURE", 2, "Time limit exceeded.", "TIME_OUT", "dump", "TIME_OUT", "never"],
    [
      "memory",
      "RFC_ABAP_RUNTIME_FAILURE",
      2,
      "No more storage space available for extending an internal table.",
      "TSV_TNEW_PAGE_ALLOC_FAILED",
      "dump",
      "TSV_TNEW_PAGE_ALLOC_FAILED",
      "never",
    ],
    [
      "bad table",
      "RFC_ABAP_RUNTIME_FAILURE",
      2,
      "Error in ASSIGN",
      "ASSIGN_CASTING_ILLEGAL_CAST",
      "dump",
      "ASSIGN_CASTING_ILLEGAL_CAST",
      "never",
    ],
    [
      "no work process",
      "RFC_ABAP_RUNTIME_FAILURE",
      2,
      "no free work process",
      "SYSTEM_FAILURE",
      "overload",
      "RESOURCE_FAILURE",
      "backoff",
    ],
    ["some dump", "RFC_ABAP_RUNTIME_FAILURE", 2, "Something else", "SYSTEM_FAILURE", "dump", "SYSTEM_FAILURE", "never"],
    [
      "no S_RFC",
      "RFC_ABAP_RUNTIME_FAILURE",
      2,
      "No RFC authorization for function module X.",
      "RFC_NO_AUTHORITY",
      "authorization",
      "RFC_NO_AUTHORITY",
      "never",
    ],
    ["exception", "RFC_ABAP_EXCEPTION", 1, " Number:000", "FIELD_NOT_VALID", "exception", "FIELD_NOT_VALID", "never"],
    ["no table right", "RFC_ABAP_EXCEPTION", 1, " Number:000", "NOT_AUTHORIZED", "authorization", "NOT_AUTHORIZED", "never"],
    [
      "no such module",
      "RFC_NOT_FOUND",
      5,
      "FU_NOT_FOUND: ID:FL Type:E Number:046 Z_NO",
      "",
      "exception",
      "FU_NOT_FOUND",
      "never",
    ],
    ["our mistake", "RFC_INVALID_PARAMETER", 5, "field 'XXX' not found", "", "protocol", "RFC_INVALID_PARAMETER", "never"],
    [
      "its own trouble",
      "RFC_EXTERNAL_FAILURE",
      5,
      "unknown property",
      "JCO_ERROR_CONFIGURATION",
      "protocol",
      "JCO_ERROR_CONFIGURATION",
      "never",
    ],
    ["an unknown code of the network", "RFC_NEW", 4, "who knows", "", "communication", "RESET", "backoff"],
  ])("%s", (_, code, group, message, key, kind, ourKey, retry) => {
    const failed = fromNative(facts(code, group, message, key || code));
    expect(failed).toMatchObject({ class: kind, key: ourKey });
    expect(retryOf(failed)).toBe(retry);
  });

  it("asks for a smaller range where only that helps", () => {
    const ask = (key: string) => asksForSmallerRange(fromNative(facts("RFC_ABAP_RUNTIME_FAILURE", 2, "x", key)));
    expect([ask("TIME_OUT"), ask("TSV_TNEW_PAGE_ALLOC_FAILED"), ask("SAPSQL_PARSE_ERROR")]).toEqual([true, true, false]);
    expect(asksForSmallerRange(fromNative(facts("RFC_CANCELED", 4, "x")))).toBe(true);
  });

  it("names a message by its class and number", () => {
    const message = { ...facts("RFC_ABAP_MESSAGE", 2, "Document 1 is locked", "F5 104"), t100: { id: "F5", number: "104" } };
    expect(fromNative(message)).toMatchObject({ class: "message", key: "F5 104", detail: "Document 1 is locked" });
  });
});
