// Packages of IDocs in every form of sap-data 6.2 and 6.3, and what each tells; whatever else comes is refused whole or parked alone.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findSegments, type IDoc } from "./idoc.ts";
import { type IDocNotice, noticeOf, readFlatPackage, readXmlPackage } from "./index.ts";

type Control = Record<string, string>;
const control = (change: Control = {}): Control => ({
  TABNAM: "EDI_DC40",
  MANDT: "100",
  DOCNUM: "0000000000123456",
  DIRECT: "1",
  IDOCTYP: "CREMAS05",
  MESTYP: "CREMAS",
  SNDPRN: "S01CLNT100",
  CREDAT: "20261124",
  CRETIM: "101500",
  ...change,
});
const tags = (fields: Control) =>
  Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join("");
const dc = (change?: Control, mark = ' SEGMENT="1"') => `<EDI_DC40${mark}>${tags(control(change))}</EDI_DC40>`;
const vendorSegment = (lifnr: string, mark = ' SEGMENT="1"') =>
  `<E1LFA1M${mark}><MSGFN>005</MSGFN><LIFNR>${lifnr}</LIFNR><NAME1>Müller &amp; Co</NAME1><E1LFB1M${mark}><BUKRS>1000</BUKRS></E1LFB1M></E1LFA1M>`;
const idoc = (inner: string, begin = ' BEGIN="1"') => `<IDOC${begin}>${inner}</IDOC>`;
const body = (...idocs: string[]) => Buffer.from(`<?xml version="1.0"?><CREMAS05>${idocs.join("")}</CREMAS05>`);

async function read(bytes: Uint8Array): Promise<readonly IDoc[]> {
  const outcome = await readXmlPackage(bytes);
  if (outcome.kind === "refused") throw new Error(outcome.detail);
  return outcome.idocs;
}
const only = async (bytes: Uint8Array): Promise<IDocNotice> => noticeOf((await read(bytes))[0] as IDoc);

describe("IDocs as XML", () => {
  it("are read with their control record and nested segments", async () => {
    const [one] = await read(body(idoc(dc() + vendorSegment("0000100001"))));
    expect(one?.control).toMatchObject({ DOCNUM: "0000000000123456", MESTYP: "CREMAS" });
    expect(one?.segments).toEqual([
      {
        name: "E1LFA1M",
        fields: { MSGFN: "005", LIFNR: "0000100001", NAME1: "Müller & Co" },
        children: [{ name: "E1LFB1M", fields: { BUKRS: "1000" }, children: [] }],
      },
    ]);
  });

  it.each([
    ["without BEGIN", (inner: string) => body(idoc(inner, ""))],
    [
      "in SOAP",
      (inner: string) =>
        Buffer.from(`<SOAP:Envelope xmlns:SOAP="s"><SOAP:Body><CREMAS05>${idoc(inner)}</CREMAS05></SOAP:Body></SOAP:Envelope>`),
    ],
    ["after a byte order mark", (inner: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body(idoc(inner))])],
  ])("come %s as they come otherwise", async (_, wrap) => {
    const inner = dc() + vendorSegment("0000100001");
    expect((await read(wrap(inner)))[0]).toEqual((await read(body(idoc(inner))))[0]);
  });

  it.each([' SEGMENT=""', ""])("are the same with segments marked %j", async (mark) => {
    const marked = await read(body(idoc(dc({}, mark) + vendorSegment("0000100001", mark))));
    expect(marked[0]?.hash).toBe((await read(body(idoc(dc() + vendorSegment("0000100001")))))[0]?.hash);
  });

  it("have names with slashes where they were mangled", async () => {
    const [one] = await read(
      Buffer.from(`<_-ACME_-X>${idoc(`${dc()}<_-ACME_-E1X SEGMENT="1"><A>1</A></_-ACME_-E1X>`)}</_-ACME_-X>`),
    );
    expect(findSegments(one?.segments ?? [], "/ACME/E1X").length).toBe(1);
  });

  it("are several in one body, each with its own hash, whatever the order of fields", async () => {
    const [one, two, three] = await read(
      body(
        idoc(dc() + vendorSegment("1")),
        idoc(dc() + vendorSegment("2")),
        idoc(
          `<EDI_DC40 SEGMENT="1">${tags(Object.fromEntries(Object.entries(control()).reverse()))}</EDI_DC40>${vendorSegment("1")}`,
        ),
      ),
    );
    expect(one?.hash).toBe(three?.hash);
    expect(one?.hash).not.toBe(two?.hash);
  });

  it.each([
    ["cut", (whole: string) => whole.slice(0, -20)],
    ["with a document type", (whole: string) => `<!DOCTYPE a [<!ENTITY b "c">]>${whole}`],
    ["with nothing in it", () => ""],
    ["of something else", () => "<html><body>hello</body></html>"],
    ["of no XML", () => "EDI_DC40  100"],
  ])("are refused whole %s", async (_, make) => {
    const whole = body(idoc(dc() + vendorSegment("1")))
      .toString()
      .replace('<?xml version="1.0"?>', "");
    expect((await readXmlPackage(Buffer.from(make(whole)))).kind).toBe("refused");
  });

  it("never end otherwise than as a package or refused, whatever comes", async () => {
    const whole = body(idoc(dc() + vendorSegment("1")), idoc(dc() + vendorSegment("2")));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), fc.uint8Array({ maxLength: 6 }), fc.nat(5), async (at, put, take) => {
        const bytes = Buffer.concat([whole.subarray(0, at), put, whole.subarray(at + take)]);
        const outcome = await readXmlPackage(bytes);
        if (outcome.kind === "package") for (const each of outcome.idocs) expect(typeof noticeOf(each).hash).toBe("string");
      }),
      { numRuns: 500 },
    );
  });
});

describe("what an IDoc tells", () => {
  const of = (message: string, segments: string, change: Control = {}) =>
    only(body(idoc(dc({ MESTYP: message, ...change }) + segments)));
  it.each([
    ["CREMAS", vendorSegment("100001"), { flow: "vendors", key: "0000100001" }],
    ["CREMAS", vendorSegment("ACME"), { flow: "vendors", key: "ACME" }],
    [
      "ADRMAS",
      '<E1ADRMAS SEGMENT="1"><OBJ_TYPE>LFA1</OBJ_TYPE><OBJ_ID>0000100001</OBJ_ID></E1ADRMAS>',
      { flow: "vendors", key: "0000100001" },
    ],
    ["ORDERS", '<E1EDK01 SEGMENT="1"><BELNR>4500000001</BELNR></E1EDK01>', { flow: "purchase-orders", key: "4500000001" }],
    ["ORDCHG", '<E1EDK01 SEGMENT="1"><BELNR>4500000001</BELNR></E1EDK01>', { flow: "purchase-orders", key: "4500000001" }],
    [
      "FIDCC2",
      '<E1FIKPF SEGMENT="1"><BUKRS>1000</BUKRS><BELNR>100000001</BELNR><GJAHR>2026</GJAHR></E1FIKPF>',
      { flow: "costs", key: "1000.0100000001.2026" },
    ],
    [
      "COSMAS",
      '<E1CSKSM SEGMENT="1"><KOKRS>1000</KOKRS><KOSTL>4711</KOSTL></E1CSKSM>',
      { flow: "reference", key: "1000/0000004711" },
    ],
  ])("%s tells of its object", async (message, segments, touched) => {
    expect(await of(message, segments)).toMatchObject({
      sender: "S01CLNT100",
      client: "100",
      number: "0000000000123456",
      touched: [touched],
    });
  });

  it.each([
    ["of an unknown message", () => of("MATMAS", vendorSegment("1"))],
    ["without its segment", () => of("CREMAS", "")],
    ["whose segment names nothing", () => of("CREMAS", '<E1LFA1M SEGMENT="1"><MSGFN>005</MSGFN></E1LFA1M>')],
    ["that is inbound", () => of("CREMAS", vendorSegment("1"), { DIRECT: "2" })],
    [
      "whose address is a customer's",
      () => of("ADRMAS", '<E1ADRMAS SEGMENT="1"><OBJ_TYPE>KNA1</OBJ_TYPE><OBJ_ID>1</OBJ_ID></E1ADRMAS>'),
    ],
    ["without a number", () => only(body(idoc(`<EDI_DC40 SEGMENT="1"><MESTYP>CREMAS</MESTYP></EDI_DC40>${vendorSegment("1")}`)))],
    ["whose key is too long", () => of("CREMAS", vendorSegment("x".repeat(61)))],
  ])("nothing follows from one %s, and it says why", async (_, make) => {
    expect(await make()).toMatchObject({ touched: [], parked: expect.any(String) });
  });
});

describe("IDocs as flat files", () => {
  const lengths = [
    10, 3, 16, 4, 2, 1, 1, 1, 1, 30, 30, 30, 3, 3, 1, 6, 6, 10, 2, 2, 10, 21, 70, 10, 2, 2, 10, 21, 70, 8, 6, 14, 14, 14, 70, 20,
  ];
  const names =
    "TABNAM MANDT DOCNUM DOCREL STATUS DIRECT OUTMOD EXPRSS TEST IDOCTYP CIMTYP MESTYP MESCOD MESFCT STD STDVRS STDMES SNDPOR SNDPRT SNDPFC SNDPRN SNDSAD SNDLAD RCVPOR RCVPRT RCVPFC RCVPRN RCVSAD RCVLAD CREDAT CRETIM REFINT REFGRP REFMES ARCKEY SERIAL".split(
      " ",
    );
  const dcLine = (change: Control = {}) =>
    names.map((name, index) => (control(change)[name] ?? "").padEnd(lengths[index] ?? 0)).join("");
  const data = (segment: string, sdata: string, number = "000001", parent = "000000", docnum = "0000000000123456") =>
    `${segment.padEnd(30)}100${docnum}${number}${parent}02${sdata}`;

  it("have a control record of 524 characters", () => expect(dcLine().length).toBe(524));

  it("tell of their object as XML does, trailing blanks cut or not", () => {
    const lines = [dcLine(), data("E2LFA1M005", "0050000100001"), data("E2LFB1M009", "0051000", "000002", "000001")];
    for (const text of [lines.join("\n"), `${lines.map((line) => line.trimEnd()).join("\r\n")}\r\n`]) {
      const outcome = readFlatPackage(text);
      if (outcome.kind === "refused") throw new Error(outcome.detail);
      const [one] = outcome.idocs;
      expect(one?.segments[0]).toMatchObject({
        name: "E1LFA1M",
        fields: { LIFNR: "0000100001" },
        children: [{ name: "E1LFB1M" }],
      });
      expect(noticeOf(one as IDoc)).toMatchObject({
        touched: [{ flow: "vendors", key: "0000100001" }],
        number: "0000000000123456",
      });
    }
  });

  it("tell of a purchase order and of a document", () => {
    const order = data("E2EDK01005", `${"".padEnd(83)}4500000001`);
    const document = data("E2FIKPF002", "100001000000012026", "000001", "000000", "0000000000123457");
    const outcome = readFlatPackage(
      [dcLine({ MESTYP: "ORDERS" }), order, dcLine({ MESTYP: "FIDCC2", DOCNUM: "0000000000123457" }), document].join("\n"),
    );
    expect(outcome.kind === "package" && outcome.idocs.map((each) => noticeOf(each).touched[0]?.key)).toEqual([
      "4500000001",
      "1000.0100000001.2026",
    ]);
  });

  it.each([
    ["a data record first", [data("E2LFA1M", "005")]],
    ["a record of another IDoc", [dcLine(), data("E2LFA1M", "005", "000001", "000000", "0000000000999999")]],
    ["a record that is cut", [dcLine(), "E2LFA1M005            100"]],
    ["nothing", [""]],
  ])("with %s are refused whole", (_, lines) => expect(readFlatPackage(lines.join("\n")).kind).toBe("refused"));
});
