import { describe, expect, it } from "vitest";
import { fieldsFiltered, fieldsRead, invoiceFields, standardReaders } from "../sap/index.ts";
import { policyWithSources } from "./cost-sources.ts";
import { plainRfcSentence } from "./native-settings.ts";
import { agentSettings, ledgerSentence, policyOfFlows } from "./settings.ts";

const sap = { url: "https://ecc.example:44300/sap/bc/soap/rfc", client: "100", user: "MLC" };
const issuesOf = (value: unknown) => {
  const parsed = agentSettings.safeParse(value);
  return parsed.success
    ? []
    : parsed.error.issues.map(
        (issue) => `${issue.path.join(".")} ${issue.code} ${"keys" in issue ? issue.keys.join() : issue.message}`,
      );
};

describe("agent settings", () => {
  it("need an address, a client and a user, and have careful defaults for the rest", () => {
    const { sap: filled, policy } = agentSettings.parse({ sap });
    expect(filled).toMatchObject({
      transport: "soap",
      language: "EN",
      companyCodes: [],
      concurrencyMax: 8,
      allowPlainHttp: false,
      controlCharacters: "replace",
    });
    expect(policy).toEqual(policyOfFlows);
    expect(issuesOf({ sap: {} }).map((issue) => issue.split(" ")[0])).toEqual(["sap.client", "sap.user", "sap.url"]);
  });

  it("refuse unknown keys by their path", () => {
    expect(issuesOf({ sap: { ...sap, passwort: "x" }, hubb: "y" })).toEqual([
      "sap unrecognized_keys passwort",
      " unrecognized_keys hubb",
    ]);
  });

  it.each([
    ["client", 100, "sap.client"],
    ["client", "10", "sap.client"],
    ["language", "english", "sap.language"],
    ["concurrencyMax", 51, "sap.concurrencyMax"],
    ["concurrencyMax", 0, "sap.concurrencyMax"],
    ["costsFrom", "01.01.2026", "sap.costsFrom"],
    ["companyCodes", ["10000"], "sap.companyCodes.0"],
    ["transport", "rfc", "sap.transport"],
  ])("refuse %s %j", (name, value, path) => {
    expect(issuesOf({ sap: { ...sap, [name]: value } })[0]?.split(" ")[0]).toBe(path);
  });

  it("take one source of cost lines a company code, and a ledger only by consent", () => {
    const costs = (given: Record<string, unknown>) => issuesOf({ sap: { ...sap, ...given } });
    expect(agentSettings.parse({ sap }).sap).toMatchObject({ costSources: {}, leadingLedger: "0L" });
    expect(costs({ costSources: { "1200": "coep" } })).toEqual([]);
    expect(costs({ costSources: { "1300": "faglflexa" } })).toEqual([`sap.costSources.1300 custom ${ledgerSentence}`]);
    expect(costs({ costSources: { "1300": "faglflexa" }, acceptLedgerWithoutPurchaseOrders: true })).toEqual([]);
    expect(costs({ companyCodes: ["1000"], costSources: { "1200": "coep" } })).toEqual([
      "sap.costSources.1200 custom is not among sap.companyCodes",
    ]);
    expect(costs({ costSources: { "1200": "coep" }, costValuations: { "1200": "object", "1300": "company-code" } })).toEqual([]);
    expect(costs({ costValuations: { "1200": "controlling-area" } })).toEqual([
      "sap.costValuations.1200 custom FI's items and the ledger have amounts in the company code's currency only; controlling-area needs coep in sap.costSources",
    ]);
    expect(costs({ costSources: { "1200": "glt0" } })[0]).toContain("sap.costSources.1200 invalid_value");
    expect(costs({ leadingLedger: "0l" })[0]).toContain("sap.leadingLedger");
  });

  it("widen the default policy by the sources that are named, and no policy that somebody wrote", () => {
    const tables = (given: Record<string, unknown>) => Object.keys(policyWithSources(agentSettings.parse(given)).tables);
    const usual = [...Object.keys(fieldsRead), "RBKP", "RSEG", "BSAK", "CDHDR"];
    expect(tables({ sap })).toEqual(usual);
    const named = { ...sap, costSources: { "1200": "coep" } };
    expect(tables({ sap: named })).toEqual([...usual, "COBK", "COEP", "AFKO"]);
    expect(policyWithSources(agentSettings.parse({ sap: named })).tables.COEP).toEqual(
      expect.arrayContaining(["WRTTP", "WOGBTR"]),
    );
    expect(tables({ sap: named, policy: { functions: ["RFC_PING"], tables: { T001: "*" } } })).toEqual(["T001"]);
  });

  it("take the time zone by name or in minutes, one of them", () => {
    expect(agentSettings.parse({ sap: { ...sap, timeZone: "Europe/Berlin" } }).sap.timeZone).toBe("Europe/Berlin");
    expect(agentSettings.parse({ sap: { ...sap, timeZoneMinutes: -420 } }).sap.timeZoneMinutes).toBe(-420);
    expect(issuesOf({ sap: { ...sap, timeZone: "EST" } })).toEqual([
      "sap.timeZone custom is no time zone by region and city such as Europe/Berlin; without one give timeZoneMinutes",
    ]);
    expect(issuesOf({ sap: { ...sap, timeZone: "Europe/Berlin", timeZoneMinutes: 60 } })).toEqual([
      "sap.timeZone custom is given beside timeZoneMinutes; keep one of them",
    ]);
  });

  it("choose readers: by default all, and none that does not exist", () => {
    const readers = (given: unknown) => ({ sap: { ...sap, readers: given } });
    expect(agentSettings.parse({ sap }).sap.readers).toEqual({ zReader: "Z_MLC_READ_TABLE", prefer: [], tables: {} });
    expect(issuesOf(readers({ zReader: "ZZ_READ", prefer: ["ZZ_READ"], tables: { EKKO: "RFC_READ_TABLE" } }))).toEqual([]);
    expect(issuesOf(readers({ zReader: "read me" }))).toEqual([expect.stringContaining("sap.readers.zReader")]);
    expect(issuesOf(readers({ prefer: ["ZZ_READ"], tables: { EKKO: "BAPI_TRANSACTION_COMMIT" } }))).toEqual([
      expect.stringContaining("sap.readers.prefer.0 custom is none of the readers Z_MLC_READ_TABLE,"),
      expect.stringContaining("sap.readers.tables.EKKO custom"),
    ]);
  });

  it("follow changes between sweeps, vendors swept daily and orders weekly", () => {
    const ask = (delta: unknown) => ({ sap: { ...sap, delta } });
    const costRecheck = { everyDays: 7, days: 35 };
    const byDefault = { overlapDays: 2, sweepDays: { vendors: 1, purchaseOrders: 7 }, costRecheck, vendorPointers: [] };
    expect(agentSettings.parse({ sap }).sap.delta).toEqual(byDefault);
    const given = {
      overlapDays: 4,
      sweepDays: { vendors: 0, purchaseOrders: 35 },
      costRecheck: { everyDays: 1, days: 90 },
      vendorPointers: ["CREMAS", "/ABC/CREMAS"],
    };
    expect(agentSettings.parse(ask(given)).sap.delta).toEqual(given);
    expect(issuesOf(ask({ overlapDays: 0 }))[0]).toMatch(/^sap\.delta\.overlapDays /);
    expect(issuesOf(ask({ sweepDays: { vendors: 36 } }))[0]).toMatch(/^sap\.delta\.sweepDays\.vendors /);
    expect(issuesOf(ask({ costRecheck: { everyDays: 0 } }))[0]).toMatch(/^sap\.delta\.costRecheck\.everyDays /);
    expect(issuesOf(ask({ vendorPointers: ["cremas"] }))[0]).toMatch(/^sap\.delta\.vendorPointers\.0 /);
  });

  it("allow by default every reader that may be chosen", () => {
    expect(policyOfFlows.functions).toEqual(expect.arrayContaining(["Z_MLC_READ_TABLE", "RFC_GET_FUNCTION_INTERFACE"]));
    expect(policyOfFlows.functions).toEqual(expect.arrayContaining([...standardReaders]));
  });

  it("take pins, a proxy and limits of an answer", () => {
    const pin = Buffer.alloc(32).toString("base64");
    const proxy = { url: "http://proxy.example:3128", user: "web" };
    const { sap: filled } = agentSettings.parse({ sap: { ...sap, pinnedKeys: [pin], proxy } });
    expect(filled).toMatchObject({
      pinnedKeys: [pin],
      proxy: { ...proxy, passwordSecret: "sap.proxy-password", noProxy: [] },
      answerBytesMax: { whole: 67_108_864, streamed: 2_147_483_648 },
    });
    expect(issuesOf({ sap: { ...sap, pinnedKeys: ["sha256/x"] } })[0]).toMatch(/^sap\.pinnedKeys\.0 /);
    expect(issuesOf({ sap: { ...sap, proxy: { url: "http://user:pass@proxy:3128" } } })[0]).toMatch(/^sap\.proxy\.url /);
  });

  it.each([
    ["rowsPerDay", 9_999, "policy.rowsPerDay"],
    ["quietHours", [{ from: "8:00", to: "18:00" }], "policy.quietHours.0.from"],
    ["quietHours", [{ days: ["monday"], from: "08:00", to: "18:00" }], "policy.quietHours.0.days.0"],
    ["rowFilters", { BKPF: [] }, "policy.rowFilters.BKPF"],
    ["rowFilters", { BKPF: [{ field: "BUKRS = '1' OR X", values: ["1"] }] }, "policy.rowFilters.BKPF.0"],
  ])("refuse the policy's %s %j", (name, value, path) => {
    expect(issuesOf({ sap, policy: { ...policyOfFlows, [name]: value } })[0]?.split(" ")[0]).toContain(path);
  });

  it("allow by default what the flows read and filter by, and no tax number 1", () => {
    const { tables } = policyOfFlows;
    expect(Object.keys(tables)).toEqual([...Object.keys(fieldsRead), "RBKP", "RSEG", "BSAK", "CDHDR"]);
    for (const [table, fields] of [fieldsRead, invoiceFields, fieldsFiltered].flatMap((part) => Object.entries(part)))
      expect(tables[table]).toEqual(expect.arrayContaining([...fields]));
    expect(tables.CDHDR).toEqual(["OBJECTCLAS", "OBJECTID", "CHANGENR", "UDATE"]);
    expect(Object.values(tables).flat()).not.toContain("STCD1");
  });
});

describe("the transport", () => {
  const native = { ashost: "sapecc.example.com", sysnr: "00", allowPlainRfc: true };
  const jco = (given: object = {}, more: object = {}) => ({
    sap: { client: "100", user: "MLC", transport: "jco", native: { ...native, jar: "./sapjco3.jar", ...given }, ...more },
  });
  const nodeRfc = (module: string) => ({
    sap: { client: "100", user: "MLC", transport: "node-rfc", native: { ...native, module } },
  });
  const paths = (value: unknown) => issuesOf(value).map((issue) => issue.split(" ")[0]);

  it("is SOAP with an address, or native RFC with a server and a library", () => {
    expect(issuesOf(jco())).toEqual([]);
    expect(issuesOf(nodeRfc("node-rfc"))).toEqual([]);
    expect(paths({ sap: { client: "100", user: "MLC" } })).toEqual(["sap.url"]);
    expect(paths({ sap: { ...sap, native } })).toEqual(["sap.native"]);
    expect(paths({ sap: { client: "100", user: "MLC", transport: "jco" } })).toEqual(["sap.native"]);
    expect(paths(jco({}, { url: sap.url }))).toEqual(["sap.url"]);
    expect(paths(jco({ jar: undefined }))).toEqual(["sap.native.jar"]);
    expect(paths(jco({ jar: "jco.jar" }))).toEqual(["sap.native.jar"]);
    expect(paths(jco({ module: "node-rfc" }))).toEqual(["sap.native.module"]);
    expect(paths({ sap: { ...nodeRfc("node-rfc").sap, native: { ...native, module: "node-rfc", java: "java" } } })).toEqual([
      "sap.native.java",
    ]);
  });

  it("reaches an application server by its number, or a message server by its group", () => {
    const mshost = { ashost: undefined, sysnr: undefined, mshost: "sapms", r3name: "ECC", group: "PUBLIC" };
    expect(issuesOf(jco(mshost))).toEqual([]);
    expect(issuesOf(jco({ ...mshost, r3name: undefined, msserv: "3600" }))).toEqual([]);
    expect(paths(jco({ mshost: "sapms" }))).toEqual(["sap.native.ashost"]);
    expect(paths(jco({ ashost: undefined }))).toEqual(["sap.native.ashost"]);
    expect(paths(jco({ sysnr: undefined }))).toEqual(["sap.native.sysnr"]);
    expect(paths(jco({ sysnr: "0" }))).toEqual(["sap.native.sysnr"]);
    expect(paths(jco({ group: "PUBLIC" }))).toEqual(["sap.native.group"]);
    expect(paths(jco({ ...mshost, group: undefined, r3name: undefined }))).toEqual(["sap.native.group", "sap.native.r3name"]);
    expect(paths(jco({ passwd: "x" }))).toEqual(["sap.native"]);
    expect(paths(jco({ saprouter: "/H/router/W/secret/H/" }))).toEqual(["sap.native.saprouter"]);
    expect(issuesOf(jco({ saprouter: "/H/router/S/3299" }))).toEqual([]);
  });

  it("sends a password only where nobody can read it on the way, unless that is known and wanted", () => {
    const plain = { allowPlainRfc: undefined };
    const secure = { ...plain, snc_mode: "1", snc_partnername: "p:CN=ECC" };
    expect(issuesOf(jco(plain))).toEqual([`sap.native.ashost custom ${plainRfcSentence}`]);
    for (const ashost of ["127.0.0.1", "127.0.0.1:3300", "localhost"]) expect(issuesOf(jco({ ...plain, ashost }))).toEqual([]);
    expect(paths(jco({ ...plain, ashost: "127.0.0.1", saprouter: "/H/router" }))).toEqual(["sap.native.ashost"]);
    expect(issuesOf(jco(secure))).toEqual([]);
    for (const snc_qop of ["3", "8", "9"]) expect(issuesOf(jco({ ...secure, snc_qop }))).toEqual([]);
    // Authentication and integrity alone encrypt nothing.
    for (const snc_qop of ["1", "2"]) {
      expect(paths(jco({ ...secure, snc_qop }))).toEqual(["sap.native.ashost"]);
      expect(issuesOf(jco({ ...secure, snc_qop, logon: "snc" }))).toEqual([]);
    }
    expect(paths(jco({ ...secure, snc_partnername: undefined }))).toEqual(["sap.native.snc_partnername"]);
    expect(paths(jco({ snc_lib: "/usr/lib/libsapcrypto.so" }))).toEqual(["sap.native.snc_lib"]);
    expect(paths(jco({ logon: "snc" }))).toEqual(["sap.native.logon"]);
  });

  it("loads a module by a name or a path, and nothing else", () => {
    for (const module of ["node-rfc", "@mcp-abap-adt/sap-rfc-lite", "./lib/rfc.js", "/opt/rfc/index.cjs", "C:\\rfc\\index.js"])
      expect(issuesOf(nodeRfc(module)), module).toEqual([]);
    for (const module of ["https://example.com/x.js", "--eval=1", "../x", "data:text/javascript,1", "node:fs", "a b", ""])
      expect(paths(nodeRfc(module)), module).toEqual(["sap.native.module"]);
  });

  it("leaves SAP Gateway an address of its own", () => {
    const odata = { map: { version: 1, service: "/sap/opu/odata/sap/Z_SRV", tables: {} } };
    expect(paths(jco({}, { odata }))).toContain("sap.odata.url");
    expect(paths(jco({}, { odata: { ...odata, url: "https://gateway.example" } }))).not.toContain("sap.odata.url");
  });
});
