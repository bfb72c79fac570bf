import { describe, expect, it } from "vitest";
import { describeError, type ErrorCode } from "../../core/index.ts";
import type { RfcFailure } from "../../ports/index.ts";
import { errorCodeOf } from "./failure-code.ts";

describe("the code of a failed call", () => {
  // Every shape of sap-rfc 2.2.3 as `soap-client.test.ts` tells them apart, with what its remedy must name.
  it.each<[RfcFailure["class"], string, ErrorCode, RegExp]>([
    ["communication", "UNREACHABLE", "sap.unreachable", /firewall/],
    ["communication", "RESET", "sap.unreachable", /host/],
    ["communication", "NAME_NOT_FOUND", "sap.name-not-found", /sap\.url/],
    ["communication", "TLS", "sap.tls", /CA file/],
    ["communication", "SNC", "sap.snc", /STRUSTSSO2/],
    ["communication", "CHILD_FAILED", "sap.rfc-child", /jar/],
    ["communication", "CHILD_LOST", "sap.rfc-child-lost", /started again/],
    ["overload", "HTTP_503", "sap.overload", /slows down/],
    ["overload", "SESSION_LIMIT", "sap.session-limit", /SM05/],
    ["overload", "CONVERSATION_LIMIT", "sap.conversation-limit", /CPIC_MAX_CONV/],
    ["logon", "LOGON_FAILED", "sap.logon", /SU01/],
    ["not-active", "HTTP_403", "sap.not-active", /SICF/],
    ["not-active", "HTTP_404", "sap.not-active", /sap\.url/],
    ["not-active", "SSL_REQUIRED", "sap.ssl-required", /https/],
    ["authorization", "S_ICF", "sap.not-authorised", /S_ICF/],
    ["authorization", "NOT_AUTHORIZED", "sap.not-authorised", /S_TABU_NAM/],
    ["authorization", "SRT_WHITE_LIST", "sap.white-list", /SRT_WHITE_LIST/],
    ["authorization", "POLICY_TABLE", "sap.policy", /policy file/],
    ["resting", "POLICY_QUIET_HOURS", "sap.quiet-hours", /by itself/],
    ["resting", "POLICY_ROWS_PER_DAY", "sap.row-budget", /rowsPerDay/],
    ["dump", "HTTP_500", "sap.dump", /ST22/],
    ["exception", "FIELD_NOT_VALID", "sap.exception", /release/],
    ["message", "FL 046", "sap.exception", /release/],
    ["protocol", "HTTP_200", "sap.protocol", /proxy/],
    ["protocol", "CONTROL_CHARACTER", "sap.protocol", /support/],
    // A function module may name its exception like one of ours.
    ["exception", "SESSION_LIMIT", "sap.exception", /release/],
  ])("%s %s is %s", (kind, key, code, remedy) => {
    expect(errorCodeOf({ kind: "failure", class: kind, key, detail: "" })).toBe(code);
    expect(describeError(code).next).toMatch(remedy);
  });
});
