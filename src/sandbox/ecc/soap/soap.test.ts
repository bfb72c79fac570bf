import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallRefused } from "../abap-errors.ts";
import { functionModule } from "../functions/index.ts";
import { defaultSwitches } from "../switches.ts";
import { wsdlText } from "../wsdl.ts";
import { bindArguments } from "./arguments.ts";
import { functionsNamespace, readSoapCall, SoapRefused } from "./request.ts";
import { escapeText, responseText } from "./write.ts";

const envelope = (call: string) =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${call}</e:Body></e:Envelope>`;
const readTableCall = (parameters: string) =>
  envelope(`<p:RFC_READ_TABLE xmlns:p="${functionsNamespace}">${parameters}</p:RFC_READ_TABLE>`);

function bound(parameters: string) {
  const module = functionModule("RFC_READ_TABLE", defaultSwitches());
  if (module === undefined) throw new Error("no module");
  return bindArguments(module, readSoapCall(readTableCall(parameters)).parameters);
}

describe("SOAP requests", () => {
  it("keep blanks, take parameters in any order, and cut text at its field", () => {
    const { input, namedTables } = bound(
      `<OPTIONS><item><TEXT> AND A = 'x &amp; y'</TEXT></item><item><TEXT>${"z".repeat(80)}</TEXT></item></OPTIONS><ROWCOUNT> 5 </ROWCOUNT><DATA/><QUERY_TABLE>LFA1</QUERY_TABLE><DELIMITER>||</DELIMITER>`,
    );
    expect(input.tables.get("OPTIONS")).toEqual([{ TEXT: " AND A = 'x & y'" }, { TEXT: "z".repeat(72) }]);
    expect(input.imports.get("ROWCOUNT")).toBe("5");
    expect(input.imports.get("ROWSKIPS")).toBe("0");
    expect(input.imports.get("DELIMITER")).toBe("|");
    expect([...namedTables].sort()).toEqual(["DATA", "OPTIONS"]);
  });

  it.each([
    ["<QUERY_TABLE>A</QUERY_TABLE><GET_SORTED>X</GET_SORTED>", "CALL_FUNCTION_PARM_UNKNOWN"],
    ["<p:QUERY_TABLE>A</p:QUERY_TABLE>", "CALL_FUNCTION_PARM_UNKNOWN"],
    ["<QUERY_TABLE>A</QUERY_TABLE><FIELDS><item><NAME>A</NAME></item></FIELDS>", "CALL_FUNCTION_PARM_UNKNOWN"],
    ["<QUERY_TABLE>A</QUERY_TABLE><FIELDS><row/></FIELDS>", "CALL_FUNCTION_PARM_UNKNOWN"],
    ["<QUERY_TABLE>A</QUERY_TABLE><QUERY_TABLE>B</QUERY_TABLE>", "CALL_FUNCTION_PARM_TWICE"],
    ["<DATA/>", "CALL_FUNCTION_PARM_MISSING"],
    ["<QUERY_TABLE>A</QUERY_TABLE><ROWCOUNT>ten</ROWCOUNT>", "CALL_FUNCTION_CONFLICT_TYPE"],
    ["<QUERY_TABLE>A</QUERY_TABLE><ROWCOUNT>9999999999</ROWCOUNT>", "CALL_FUNCTION_CONFLICT_TYPE"],
  ])("refuse %s with %s", (parameters, key) => {
    expect(() => bound(parameters)).toThrow(CallRefused);
    try {
      bound(parameters);
    } catch (error) {
      expect(error instanceof CallRefused && error.key).toBe(key);
    }
  });

  it.each([
    "",
    "not xml",
    "<a/>",
    envelope(""),
    envelope("<RFC_PING/>"),
    envelope(`<p:RFC_PING xmlns:p="${functionsNamespace}"/>`).slice(0, -5),
    `<!DOCTYPE a [<!ENTITY x "y">]>${readTableCall("<QUERY_TABLE>&x;</QUERY_TABLE>")}`,
    readTableCall("<QUERY_TABLE>&x;</QUERY_TABLE>"),
    readTableCall("<a>".repeat(50) + "</a>".repeat(50)),
  ])("refuse %s", (xml) => {
    expect(() => readSoapCall(xml)).toThrow(SoapRefused);
  });

  it("throw nothing else, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string({ unit: fc.constantFrom("<", ">", "a", "/", "&", ";", '"', "=", " ", "!", "[") }),
        ),
        (text) => {
          try {
            readSoapCall(text);
          } catch (error) {
            expect(error).toBeInstanceOf(SoapRefused);
          }
        },
      ),
    );
  });
});

describe("SOAP answers", () => {
  it("write specials and everything beyond ASCII as numeric references", () => {
    expect(escapeText(`A&B <"é" '☃' 😀>\t`)).toBe("A&#38;B &#60;&#34;&#233;&#34; &#39;&#9731;&#39; &#128512;&#62;&#9;");
    expect(escapeText("a\u0001b")).toBe("a#b");
    expect(escapeText("a\u0001b", "raw")).toBe("a\u0001b");
  });

  it("read back as the text they were, for any text XML can carry", () => {
    const legal = fc.string({ unit: "grapheme", maxLength: 60 });
    fc.assert(
      fc.property(legal, (text) => {
        const xml = readTableCall(`<QUERY_TABLE>${escapeText(text)}</QUERY_TABLE>`);
        expect(/^[\x20-\x7e]*$/.test(xml)).toBe(true);
        expect(readSoapCall(xml).parameters[0]?.text).toBe(text);
      }),
    );
  });

  it("carry exports always and tables only when named, under the request's prefix", () => {
    const output = { exports: { E: "", S: { A: "1" } }, tables: { DATA: [{ WA: " x" }], FIELDS: [] } };
    const text = (prefix: string, named: string[]) =>
      responseText({ function: "FM", prefix, output, namedTables: new Set(named), controls: "raw" });
    expect(text("q", ["DATA", "FIELDS"])).toContain(
      `<q:FM.Response xmlns:q="${functionsNamespace}"><E/><S><A>1</A></S><DATA><item><WA> x</WA></item></DATA><FIELDS/></q:FM.Response>`,
    );
    expect(text("q", [])).toContain(`<E/><S><A>1</A></S></q:FM.Response>`);
    expect(text("", [])).toContain("<rfc:FM.Response");
  });
});

describe("dates", () => {
  const boundDate = (text: string) => {
    const module = functionModule("BAPI_COSTCENTER_GETLIST1", defaultSwitches());
    if (module === undefined) throw new Error("no module");
    const call = envelope(
      `<p:BAPI_COSTCENTER_GETLIST1 xmlns:p="${functionsNamespace}"><DATE_FROM>${text}</DATE_FROM></p:BAPI_COSTCENTER_GETLIST1>`,
    );
    return bindArguments(module, readSoapCall(call).parameters).input.imports.get("DATE_FROM");
  };

  it("come as YYYY-MM-DD or raw, initial when empty, and refused otherwise", () => {
    expect(boundDate("2026-11-24")).toBe("20261124");
    expect(boundDate("20261124")).toBe("20261124");
    expect(boundDate("")).toBe("00000000");
    expect(() => boundDate("24.11.2026")).toThrow(CallRefused);
  });

  it("and packed numbers are declared as what they are on the wire", () => {
    const module = functionModule("BAPI_PO_GETDETAIL1", defaultSwitches());
    const text = wsdlText(module === undefined ? [] : [module], "http://ecc/");
    expect(text).toContain('<xsd:element name="NET_VALUE" minOccurs="0"><xsd:simpleType><xsd:restriction base="xsd:decimal">');
    expect(text).toMatch(
      /name="DOC_DATE" minOccurs="0"><xsd:simpleType><xsd:restriction base="xsd:string"><xsd:maxLength value="10"/,
    );
  });
});
