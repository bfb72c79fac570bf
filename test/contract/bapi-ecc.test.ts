// The product's BAPI calls against the simulated BAPIs over a real socket: what a cell of RFC_READ_TABLE lost comes whole, a date goes out and is
// understood, and an E row under HTTP 200 is a failure by name.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHttpClient } from "../../src/cli/platform/index.ts";
import type { HttpClient } from "../../src/ports/index.ts";
import {
  type BapiCaller,
  createBapiCaller,
  listCompanyCodes,
  listCostCenters,
  listGlAccounts,
  readPurchaseOrderDetail,
  readVendorDetail,
} from "../../src/sap/bapi/index.ts";
import { type EccUnderTest, openEccWorld } from "../support/ecc-server.ts";
import { openClients, rfcTransports } from "../support/rfc-transports.ts";

let ecc: EccUnderTest;
let http: HttpClient;

beforeAll(async () => {
  const users = [{ user: "MLC", password: "geheim", tables: [], functions: ["*"] }];
  const system = { systemId: "ABC", client: "100", release: "700", host: "sapabc", timeZoneMinutes: 60, users, workProcesses: 4 };
  const order = { EBELN: "4500000001", EBELP: "00010" };
  ecc = await openEccWorld(system, {
    T001: [{ BUKRS: "1000", BUTXT: "Ridgeline & Söhne", KTOPL: "CAGR" }],
    SKB1: [{ BUKRS: "1000", SAKNR: "0000113100" }],
    SKAT: [{ SPRAS: "E", KTOPL: "CAGR", SAKNR: "0000113100", TXT20: "Bank", TXT50: "House bank" }],
    CSKS: [
      { KOKRS: "1000", KOSTL: "0000100100", DATAB: "20100101", DATBI: "20251231" },
      { KOKRS: "1000", KOSTL: "0000100200", DATAB: "20260101", DATBI: "99991231" },
    ],
    LFA1: [{ LIFNR: "0000100001", NAME1: "A & B", LAND1: "US" }],
    LFB1: [{ LIFNR: "0000100001", BUKRS: "1000", ZTERM: "ZB30" }],
    EKKO: [{ EBELN: "4500000001", BUKRS: "1000", BSTYP: "F", WAERS: "USD", WKURS: "-1234.56789" }],
    EKPO: [{ ...order, VRTKZ: "2" }],
    EKKN: [
      { ...order, ZEKKN: "01", VPROZ: "33.3" },
      { ...order, ZEKKN: "02", VPROZ: "66.7" },
    ],
  });
  http = createHttpClient();
});
afterAll(async () => {
  await http.close();
  await ecc.close();
});

describe.each(rfcTransports(() => http).filter(({ isThere }) => isThere))(
  "BAPIs of the simulated ECC over $name",
  (transport) => {
    const clients = openClients(transport, { url: () => ecc.url, password: "geheim" });
    let bapi: BapiCaller;
    beforeAll(() => {
      bapi = createBapiCaller(clients.open());
    });
    afterAll(() => clients.closeAll());

    it("give percentages and an exchange rate that no cell of RFC_READ_TABLE can hold", async () => {
      const detail = await readPurchaseOrderDetail(bapi, "4500000001");
      expect(detail).toEqual({
        kind: "detail",
        exchangeRate: "-1234.56789",
        percents: new Map([
          ["00010/01", "33.3"],
          ["00010/02", "66.7"],
        ]),
      });
    });

    it("fail by message class and number where there is no such order or vendor", async () => {
      expect(await readPurchaseOrderDetail(bapi, "4500000009")).toMatchObject({
        kind: "failure",
        class: "message",
        key: "06 019",
      });
      const asked = { vendor: "0000100001", companyCode: "1100" };
      expect(await readVendorDetail(bapi, asked)).toMatchObject({ kind: "failure", class: "message", key: "F2 164" });
      const accounts = await listGlAccounts(bapi, { companyCode: "9999", language: "E" });
      expect(accounts).toMatchObject({ kind: "failure", class: "message", key: "FN020" });
    });

    it("list master data, cost centres of a day", async () => {
      expect(await listCompanyCodes(bapi)).toEqual({ kind: "list", rows: [{ companyCode: "1000", name: "Ridgeline & Söhne" }] });
      expect(await listGlAccounts(bapi, { companyCode: "1000", language: "E" })).toEqual({
        kind: "list",
        rows: [{ account: "0000113100", shortText: "Bank", longText: "House bank" }],
      });
      const centers = async (on: string) => {
        const listed = await listCostCenters(bapi, { controllingArea: "1000", on });
        return listed.kind === "list" ? listed.rows.map((row) => row.costCenter) : listed;
      };
      expect(await centers("20251231")).toEqual(["0000100100"]);
      expect(await centers("20260101")).toEqual(["0000100200"]);
      expect(await centers("20090101")).toMatchObject({ kind: "failure", class: "message" });
      const vendor = await readVendorDetail(bapi, { vendor: "0000100001", companyCode: "1000" });
      expect(vendor).toMatchObject({ kind: "vendor", countryIso: "US", paymentTerms: "ZB30" });
    });
  },
);
