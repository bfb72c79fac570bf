// oxlint-disable no-control-regex -- what the generator must leave out
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeSoapRequest } from "./soap-request.ts";
import { defaultXmlLimits, readXml } from "./xml-reader.ts";

const call = (parameters: Parameters<typeof writeSoapRequest>[0]["parameters"], tables: readonly string[] = []) =>
  writeSoapRequest({ function: "Z_TEST", parameters, tables });

describe("writing a SOAP request", () => {
  it("names every wanted table, the empty ones too", () => {
    const request = call({ QUERY_TABLE: "LFA1", OPTIONS: [{ TEXT: "A = 'x&y'" }] }, ["DATA", "OPTIONS", "FIELDS"]);
    expect(request).toMatchObject({ kind: "request" });
    if (request.kind !== "request") return;
    const inner = /<rfc:Z_TEST xmlns:rfc="urn:sap-com:document:sap:rfc:functions">(.*)<\/rfc:Z_TEST>/.exec(request.body)?.[1];
    expect(inner).toBe(
      "<QUERY_TABLE>LFA1</QUERY_TABLE><OPTIONS><item><TEXT>A = &apos;x&amp;y&apos;</TEXT></item></OPTIONS><DATA/><FIELDS/>",
    );
  });

  it("writes structures as nested fields and the slash of a namespace as _-", () => {
    const request = writeSoapRequest({ function: "/SAPDS/RFC_READ_TABLE2", parameters: { HEAD: { BUKRS: "1000" } }, tables: [] });
    expect(request).toMatchObject({ kind: "request" });
    if (request.kind === "request") expect(request.body).toContain("<rfc:_-SAPDS_-RFC_READ_TABLE2");
    if (request.kind === "request") expect(request.body).toContain("<HEAD><BUKRS>1000</BUKRS></HEAD>");
  });

  it.each([
    ["\u0000", "U+0000"],
    ["ab\u001f", "U+001F"],
    ["\ud800", "U+D800"],
    ["\uffff", "U+FFFF"],
  ])("refuses what XML cannot carry by the parameter's name: %j", (text, code) => {
    const request = call({ OPTIONS: [{ TEXT: text }] });
    expect(request).toMatchObject({ kind: "refused", key: "CONTROL_CHARACTER" });
    if (request.kind === "refused")
      expect(request.detail).toMatch(new RegExp(`^OPTIONS-TEXT: character ${code.replace("+", "\\+")}`));
  });

  it.each(["A B", "a", "X><Y", "", "__proto__", "A".repeat(31)])("refuses %j as a name", (name) => {
    expect(call({ [name]: "x" })).toMatchObject({ kind: "refused", key: "NAME" });
    expect(writeSoapRequest({ function: name, parameters: {}, tables: [] })).toMatchObject({ kind: "refused", key: "NAME" });
  });

  it("brings any text through unchanged", async () => {
    const text = fc
      .string({ unit: "binary", maxLength: 60 })
      .filter((value) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(value));
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const request = call({ REQUTEXT: value });
        if (request.kind === "refused") throw new Error(request.detail);
        let heard = "";
        const body = (async function* () {
          yield new TextEncoder().encode(request.body);
        })();
        const handlers = { open: () => undefined, close: () => undefined, text: (more: string) => (heard += more) };
        await readXml(body, { limits: defaultXmlLimits, controlCharacters: "refuse", charset: "utf-8" }, handlers);
        expect(heard).toBe(value);
      }),
    );
  });
});
