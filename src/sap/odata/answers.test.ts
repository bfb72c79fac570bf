// What a Gateway service writes: values in every form of sap-data 5.2 and 5.3, feeds in JSON and Atom, and its failures. Whatever else comes is refused.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scriptedHttp } from "../../../test/support/scripted-http.ts";
import { errorCodeOf } from "../rfc/index.ts";
import { readAtomFeed } from "./atom-feed.ts";
import { cellReaderOf, type EdmValue, type FieldForm, withDecimals } from "./edm-values.ts";
import { readJsonFeed } from "./json-feed.ts";
import { openOData } from "./odata-client.ts";
import { odataFailure } from "./odata-failure.ts";

const form = (change: Partial<FieldForm>): FieldForm => ({
  type: "Edm.String",
  length: 10,
  decimals: 0,
  keyForm: "padded",
  ...change,
});

const readCell = (value: EdmValue, as: FieldForm) => cellReaderOf(as)(value);

describe("values", () => {
  it.each([
    ["/Date(1577836800000)/", "20200101"],
    ["/Date(-86400000)/", "19691231"],
    ["/Date(253402214400000)/", "99991231"],
    ["/Date(1577836800000+0060)/", "20200101"],
    ["2023-08-31T00:00:00", "20230831"],
    ["2023-08-31T00:00:00.0000000", "20230831"],
    ["20230831", "20230831"],
    [null, "00000000"],
  ])("the day %s is %s", (value, text) => expect(readCell(value, form({ type: "Edm.DateTime" }))).toBe(text));

  it.each(["/Date(1514761200000)/", "2017-12-31T23:00:00.0000000", "/Date(99999999999999999)/", "tomorrow"])(
    "%s is no day, and no day is cut out of it",
    (value) => expect(readCell(value, form({ type: "Edm.DateTime" }))).toHaveProperty("problem"),
  );

  it.each([
    ["12088.95", 2, "12088.95"],
    ["-0.5", 3, "-0.500"],
    ["1000", 2, "1000.00"],
    ["12.500", 2, "12.50"],
    ["-0.00", 2, "0.00"],
    ["0012", 0, "12"],
  ])("%s with %i decimals is %s", (value, decimals, text) =>
    expect(readCell(value, form({ type: "Edm.Decimal", decimals }))).toBe(text),
  );
  it.each(["12.505", "1e5", "12,5", "12.50-", "NaN"])("%s with two decimals is no number", (value) =>
    expect(readCell(value, form({ type: "Edm.Decimal", decimals: 2 }))).toHaveProperty("problem"),
  );

  it("reads a number in the short way as in the long one", () => {
    const number = fc.stringMatching(/^-?0{0,2}[0-9]{0,4}(?:\.[0-9]{0,4})?$/);
    fc.assert(
      fc.property(number, fc.nat(3), (sent, decimals) => {
        const cell = readCell(sent, form({ type: "Edm.Decimal", decimals }));
        expect(typeof cell === "string" ? cell : undefined).toBe(sent === "" ? "" : withDecimals(sent, decimals));
      }),
    );
  });

  it("gives a number its zeros back, and a name none", () => {
    const stripped = form({ keyForm: "stripped" });
    expect(readCell("100001", stripped)).toBe("0000100001");
    expect(readCell("ACME", stripped)).toBe("ACME");
    expect(readCell("", stripped)).toBe("");
  });

  it("reads time, flags and codes", () => {
    expect(readCell("PT13H50M42S", form({ type: "Edm.Time" }))).toBe("135042");
    expect(readCell("PT5M", form({ type: "Edm.Time" }))).toBe("000500");
    expect(readCell(true, form({ type: "Edm.Boolean" }))).toBe("X");
    expect(readCell("PCE", form({ codes: { PCE: "ST" } }))).toBe("ST");
    expect(readCell("KGM", form({ codes: { PCE: "ST" } }))).toHaveProperty("problem");
  });
});

describe("feeds", () => {
  it("keeps numbers that JavaScript cannot hold", () => {
    const read = readJsonFeed('{"d":{"results":[{"Big":9007199254740993,"Price":12.10,"Small":7}],"__count":"12"}}');
    expect(read).toMatchObject({ page: { entities: [{ Big: "9007199254740993", Price: "12.10" }], count: 12 } });
  });
  it.each(["9007199254740993", "-1234567890123456", "0.1", "1e3"])("keeps %s where it is the only one", (number) =>
    expect(readJsonFeed(`{"d":{"results":[{"A":${number}}]}}`)).toMatchObject({ page: { entities: [{ A: number }] } }),
  );
  it("keeps every number as its text wherever one is doubtful, and every text as it is", () => {
    const text = fc.constantFrom('":3.5,', 'Mortar 1:3.5, "bagged"', '\\":1.5}', 'x":7.25', "12.5", ",1e9]", 'a\\":0.1,');
    const number = fc.constantFrom("7", "-7", "0", "12.10", "-0.05", "9007199254740993", "1e5", "1.5E-3", "-0");
    const gap = fc.constantFrom("", " ", "\n\t");
    const value = fc.oneof(
      text.map((each) => JSON.stringify(each)),
      number,
      fc.constantFrom("null", "true", '{"A":1.5}', "[1.5,2]"),
    );
    const entity = fc.array(fc.tuple(value, gap, gap), { minLength: 1, maxLength: 6 });
    const exact = (_: string, each: unknown, context: { source: string }) => (typeof each === "number" ? context.source : each);
    fc.assert(
      fc.property(fc.array(entity, { maxLength: 3 }), fc.boolean(), (entities, isDoubtful) => {
        const shown = entities.map(
          (values) => `{${values.map(([each, before, behind], at) => `"P_${at}"${before}:${behind}${each}${before}`).join(",")}}`,
        );
        const body = `{"d":{"results":[${[...shown, ...(isDoubtful ? ['{"Q":0.5}'] : [])].join(",")}]}}`;
        const read = readJsonFeed(body);
        if (read.kind !== "page") throw new Error(read.detail);
        const plain = (each: unknown) => (typeof each === "object" ? undefined : String(each));
        const asText = (list: readonly object[]) =>
          list.map((each) => Object.entries(each).map(([name, own]) => [name, plain(own)]));
        const reference = JSON.parse(body, exact as (key: string, each: unknown) => unknown) as { d: { results: object[] } };
        // A minus nought that no doubtful one stands beside is nought.
        const isSame = (one: unknown, other: unknown) => one === other || (one === "0" && other === "-0");
        const [ours, theirs] = [asText(read.page.entities).flat(2), asText(reference.d.results).flat(2)];
        expect(ours).toHaveLength(theirs.length);
        expect(ours.filter((own, at) => !isSame(own, theirs[at]))).toEqual([]);
      }),
    );
  });
  it.each(['{"d":{"results":[{"A":007,"B":1.5}]}}', '{"d":{"results":[{"A":.5,"B":1.5}]}}', '{"d":{"results":[{"A":1.5e}]}}'])(
    "%s has a number that is none",
    (body) => expect(readJsonFeed(body).kind).toBe("unreadable"),
  );
  it.each(["", "<html/>", "[]", '{"d":', '{"d":{"results":[1]}}', '{"x":1}', '{"d":null}'])("%s is no feed", (body) =>
    expect(readJsonFeed(body).kind).toBe("unreadable"),
  );

  it("reads Atom: null, empty, what is inlined is left out, the next page", async () => {
    const read =
      await readAtomFeed(`<feed xmlns="a" xmlns:m="m" xmlns:d="d"><m:count>3</m:count><entry><link rel="next" href="no"/>
      <link rel="related"><m:inline><feed><entry><content><m:properties><d:Id>9</d:Id></m:properties></content></entry></feed></m:inline></link>
      <content><m:properties><d:Id>1</d:Id><d:Note/><d:On m:null="true"/></m:properties></content></entry><link rel="next" href="Set?$skiptoken=2"/></feed>`);
    expect(read).toEqual({
      kind: "page",
      page: { entities: [{ Id: "1", Note: "", On: null }], next: "Set?$skiptoken=2", count: 3, delta: undefined },
    });
  });
  it.each(["<feed><entry>", "<html/>", "", "<!DOCTYPE a><feed/>"])("%s is no feed of Atom", async (body) =>
    expect((await readAtomFeed(body)).kind).toBe("unreadable"),
  );

  it("never ends otherwise than as a page or unreadable, whatever comes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map((text) => `{"d":{"results":${text}}}`),
        ),
        async (body) => {
          expect(["page", "unreadable"]).toContain(readJsonFeed(body).kind);
          expect(["page", "unreadable"]).toContain((await readAtomFeed(body)).kind);
        },
      ),
    );
  });
});

describe("a body", () => {
  const logon = { client: "100", language: "EN", user: "READER", readPassword: async () => "Geheim-12" };
  const ask = async (body: readonly Uint8Array[], bytesMax?: number) => {
    const { http } = scriptedHttp(() => ({ headers: { "content-type": "application/json" }, body }));
    const service = "/sap/opu/odata/sap/ZMLC_SRV";
    const more = bytesMax === undefined ? {} : { bytesMax };
    const client = openOData({ url: "https://sap.example:44300", service, ...logon, http, pool: 1, ...more });
    return client.call({ function: "ODATA", parameters: { SERVICE: service, LINK: "Set" }, tables: ["ROWS"], timeoutMs: 1_000 });
  };
  const bytes = Buffer.from('\ufeff{"d":{"results":[{"A":"Gerüst 日本 😀"}]}}');

  it("may come in pieces that end anywhere, also within a character", async () => {
    const whole = await ask([bytes]);
    expect(whole).toMatchObject({ values: { ROWS: [{ A: "Gerüst 日本 😀" }] } });
    for (let at = 1; at < bytes.length; at += 1) expect(await ask([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
  });

  it("is refused where it is no UTF-8, is cut within a character, or is larger than allowed", async () => {
    expect(await ask([Buffer.from('{"d":{"results":[{"A":"\xfc"}]}}', "latin1")])).toMatchObject({ key: "NOT_TEXT" });
    expect(await ask([Buffer.from("ü").subarray(0, 1)])).toMatchObject({ key: "NOT_TEXT" });
    expect(await ask([bytes, bytes], bytes.length)).toMatchObject({ key: "TOO_LARGE" });
    expect(await ask([bytes], bytes.length)).toMatchObject({ kind: "answer" });
  });
});

describe("failures", () => {
  const said = (status: number, type: string, body: string) => odataFailure({ status, type, body });
  it.each([
    [401, "text/html", "<html><title>Logon Error Message</title></html>", "logon"],
    [200, "text/html", '<html><form method="post"></form></html>', "logon"],
    [403, "application/json", '{"error":{"code":"/IWFND/MED/170","message":{"value":"No service found"}}}', "not-active"],
    [403, "application/xml", "<error><code>/IWFND/MED/170</code><message>No service</message></error>", "not-active"],
    [404, "text/html", "<html><title>Service cannot be reached</title></html>", "not-active"],
    [500, "application/json", '{"error":{"code":"/IWFND/CM_COS/064","message":{"value":"No System Alias"}}}', "not-active"],
    [501, "application/json", '{"error":{"code":"/IWBEP/CM_MGW_RT/021","message":{"value":"not implemented"}}}', "exception"],
    [400, "application/json", '{"error":{"code":"06/019","message":{"value":"does not exist"}}}', "exception"],
    [500, "application/json", '{"error":{"code":"SY/530","message":{"value":"error"}}}', "dump"],
    [503, "text/html", "<html>503 Service Unavailable</html>", "overload"],
    [504, "text/html", "<html>Gateway Time-out</html>", "communication"],
    [403, "application/json", '{"error":{"code":"X/1","message":{"value":"no right"}}}', "authorization"],
    [200, "text/plain", "hello", "protocol"],
  ])("%i %s is %s", (status, type, body, kind) => expect(said(status, type, body).class).toBe(kind));

  it("that name the service have a remedy of their own, in plain letters", () => {
    const missing =
      "<error><code>/IWFND/MED/170</code><message>No service for &apos;&apos; &amp; &quot;X&quot;</message></error>";
    const failed = said(403, "application/xml", missing);
    expect(failed.detail).toBe(`No service for '' & "X"`);
    expect(errorCodeOf(failed)).toBe("sap.service-not-active");
  });
});
