/**
 * What the RFC library's own facts mean to whoever called (sap-rfc 2.1.3, 2.1.4): the same classes and, where the meaning is the same, the same keys as
 * over SOAP, so that nobody above needs to know the transport. The library's texts are in the language of its release; where they decide, the ones
 * on record do.
 */
import type { RfcFailure } from "../../ports/index.ts";
import { authorizationKeys, dumpIdIn, failure, fromKnownText } from "../rfc/index.ts";
import type { NativeFacts } from "./messages.ts";

export function fromNative(facts: NativeFacts): RfcFailure {
  const { code, group, key } = facts;
  const text = textOf(facts);
  switch (code) {
    case "RFC_LOGON_FAILURE":
      return failure("logon", "LOGON_FAILED", text);
    // Only our own time limit cancels a call; what it had begun in SAP may go on (sap-rfc 2.1.2).
    case "RFC_CANCELED":
    case "RFC_TIMEOUT":
      return failure("communication", "TIMEOUT", text);
    case "RFC_COMMUNICATION_FAILURE":
      return fromCommunication(key, text);
    case "RFC_INVALID_HANDLE":
    case "RFC_CLOSED":
      return failure("communication", "INVALID_HANDLE", text);
    case "RFC_ABAP_RUNTIME_FAILURE":
      return fromRuntime(key, text);
    case "RFC_ABAP_MESSAGE":
      return fromMessage(facts, text);
    case "RFC_ABAP_EXCEPTION":
      return failure(authorizationKeys.has(key) ? "authorization" : "exception", key || "UNNAMED", text);
    default:
      return fromOther(facts, group, text);
  }
}

function textOf({ message, key, code }: NativeFacts): string {
  return message.trim() === "" ? key || code : message;
}

// sap-rfc 2.1.3 [S] for the first; the others are how the library words it as far as known [K].
const notReached = /partner '[^']*' not reached|connection refused|connection to partner .{0,200}refused|ECONNREFUSED/i;
const nameUnknown = /host ?name '?[^']*'? (?:is )?(?:unknown|could not be resolved)|getaddrinfo|NiHLGetNodeAddr|NIEHOST_UNKNOWN/i;
const sncFailed = /\bSNC(?:ERR|_)|GSS-API|secude|sapcrypto/i;

function fromCommunication(key: string, text: string): RfcFailure {
  // No connection carries two calls (sap-rfc 2.1.2): ours was lost to us, and one more try on a fresh one is right.
  if (key === "JCO_ERROR_STATE_BUSY" || /program state check for conversation/i.test(text))
    return failure("communication", "INVALID_HANDLE", text);
  const known = fromKnownText(text);
  if (known !== undefined && known.class !== "dump") return known;
  if (key === "JCO_ERROR_RESOURCE" || /\bCPIC?\b[^\n]{0,40}\b230\b|max_conn|resource (?:problem|failure)/i.test(text))
    return failure("overload", "RESOURCE_FAILURE", text);
  if (nameUnknown.test(text)) return failure("communication", "NAME_NOT_FOUND", text);
  if (sncFailed.test(text)) return failure("communication", "SNC", text);
  return failure("communication", notReached.test(text) ? "UNREACHABLE" : "RESET", text);
}

function fromRuntime(key: string, text: string): RfcFailure {
  if (authorizationKeys.has(key)) return failure("authorization", key, text);
  // A dump's own text may sound like a limit: "No more storage space available for extending an internal table".
  const dump = dumpIdIn(key);
  if (dump !== undefined) return failure("dump", key, text);
  return fromKnownText(text) ?? failure("dump", key || "SYSTEM_FAILURE", text);
}

function fromMessage({ t100, key }: NativeFacts, text: string): RfcFailure {
  return failure("message", t100 === undefined ? key || "UNNAMED" : `${t100.id} ${t100.number}`.trim(), text);
}

const groups = { logon: 3, communication: 4 } as const;

function fromOther({ key, code }: NativeFacts, group: number, text: string): RfcFailure {
  // How a module that is not there looks where the library finds it out for itself while it reads the interface [K].
  if (/\bFU_NOT_FOUND\b/.test(`${key} ${text}`)) return failure("exception", "FU_NOT_FOUND", text);
  if (group === groups.logon) return failure("logon", "LOGON_FAILED", text);
  if (group === groups.communication) return fromCommunication(key, text);
  const known = fromKnownText(text);
  if (known?.class === "overload" || known?.class === "authorization") return known;
  return failure("protocol", key || code || "NATIVE", text);
}
