import { describe, expect, it } from "vitest";
import { describeError } from "../../core/index.ts";
import type { RfcFailure } from "../../ports/index.ts";
import { readFault } from "./faults.ts";

const rfc = (kind: RfcFailure["class"], key: string) =>
  readFault("EKKO", { kind: "failure", cause: "rfc", failure: { kind: "failure", class: kind, key, detail: "as SAP said" } });

describe("a failed read", () => {
  it.each<[RfcFailure["class"], string, string]>([
    ["communication", "ECONNRESET", "sap.unreachable"],
    ["communication", "TLS", "sap.tls"],
    ["communication", "NAME_NOT_FOUND", "sap.name-not-found"],
    ["overload", "HTTP_503", "sap.overload"],
    ["logon", "HTTP_401", "sap.logon"],
    ["not-active", "HTTP_403", "sap.not-active"],
    ["authorization", "NOT_AUTHORIZED", "sap.not-authorised"],
    ["authorization", "POLICY_TABLE", "sap.policy"],
    ["dump", "TSV_TNEW_PAGE_ALLOC_FAILED", "sap.dump"],
    ["exception", "TABLE_NOT_AVAILABLE", "sap.exception"],
    ["message", "AD000", "sap.exception"],
    ["protocol", "NOT_SOAP", "sap.protocol"],
  ])("%s %s is %s, with the table and SAP's words", (kind, key, code) => {
    expect(rfc(kind, key)).toMatchObject({ code, place: "EKKO", detail: `${key}: as SAP said` });
  });

  it("whose rows moved is tried again; one that this system's dictionary forbids is not", () => {
    const failed = (cause: "unstable" | "request", code: "row-unstable" | "field-unknown") =>
      readFault("BSEG", { kind: "failure", cause, code, detail: "DMBTR" });
    expect(failed("unstable", "row-unstable").isRetryable).toBe(true);
    const unknown = failed("request", "field-unknown");
    expect(unknown.isRetryable).toBe(false);
    expect(unknown.detail).toBe("field-unknown: DMBTR");
    expect(describeError(unknown.code).class).not.toBe("retry");
  });
});
