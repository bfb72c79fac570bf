import { describe, expect, it } from "vitest";
import type { BapiCall, BapiCaller, BapiOutcome } from "./call-bapi.ts";
import { listCompanyCodes, listCostCenters, listGlAccounts, readVendorDetail } from "./master-lists.ts";

type Values = Extract<BapiOutcome, { kind: "answer" }>["values"];

function answering(values: Values): { bapi: BapiCaller; calls: BapiCall[] } {
  const calls: BapiCall[] = [];
  const bapi: BapiCaller = {
    async call(call) {
      calls.push(call);
      return { kind: "answer", values, messages: [] };
    },
  };
  return { bapi, calls };
}

/** Fields and their spelling: sap-rfc 3.3. */
describe("released lists", () => {
  it("of company codes", async () => {
    const { bapi, calls } = answering({ COMPANYCODE_LIST: [{ COMP_CODE: "1000", COMP_NAME: "Group  " }] });
    expect(await listCompanyCodes(bapi)).toEqual({ kind: "list", rows: [{ companyCode: "1000", name: "Group" }] });
    expect(calls[0]).toMatchObject({ function: "BAPI_COMPANYCODE_GETLIST", tables: ["COMPANYCODE_LIST"] });
  });

  it("of cost centres on a day, which travels as SOAP wants it", async () => {
    const row = { CO_AREA: "1000", COSTCENTER: "0000004711", COCNTR_TXT: "Yard" };
    const { bapi, calls } = answering({ COSTCENTERLIST: [row] });
    expect(await listCostCenters(bapi, { controllingArea: "1000", on: "20261124" })).toEqual({
      kind: "list",
      rows: [{ controllingArea: "1000", costCenter: "0000004711", name: "Yard" }],
    });
    expect(calls[0]).toMatchObject({
      function: "BAPI_COSTCENTER_GETLIST1",
      parameters: { CONTROLLINGAREA: "1000", DATE_FROM: "2026-11-24", DATE_TO: "2026-11-24" },
      tables: ["COSTCENTERLIST", "RETURN"],
    });
  });

  it("of G/L accounts in a language", async () => {
    const row = { GL_ACCOUNT: "0000400000", SHORT_TEXT: "Material", LONG_TEXT: "Material consumed" };
    const { bapi, calls } = answering({ ACCOUNT_LIST: [row, row] });
    expect(await listGlAccounts(bapi, { companyCode: "1000", language: "E" })).toMatchObject({
      rows: [{ account: "0000400000", shortText: "Material", longText: "Material consumed" }, {}],
    });
    expect(calls[0]?.parameters).toEqual({ COMPANYCODE: "1000", LANGUAGE: "E" });
  });

  it("hand a failure on", async () => {
    const failure = { kind: "failure", class: "message", key: "FN 020", detail: "no such area" } as const;
    const bapi = { call: async () => failure };
    expect(await listCostCenters(bapi, { controllingArea: "9999", on: "20261124" })).toEqual(failure);
    expect(await readVendorDetail(bapi, { vendor: "1", companyCode: "1000" })).toEqual(failure);
  });
});

it("a vendor's detail holds names, address and terms, and no tax number whatever SAP sends along", async () => {
  const { bapi } = answering({
    GENERALDETAIL: {
      NAME: "Ridge Steel",
      NAME_2: "Inc",
      STREET: "1 Mill Rd",
      CITY: "Denver",
      POSTL_CODE: "80202",
      REGION: "CO",
      COUNTRY: "US",
      COUNTRYISO: "US",
      TELEPHONE: "303",
      TAX_NO_1: "078-05-1120",
    },
    COMPANYDETAIL: { PMNTTRMS: "ZB30" },
  });
  const detail = await readVendorDetail(bapi, { vendor: "0000100001", companyCode: "1000" });
  expect(detail).toEqual({
    kind: "vendor",
    names: ["Ridge Steel", "Inc", "", ""],
    street: "1 Mill Rd",
    city: "Denver",
    postalCode: "80202",
    region: "CO",
    country: "US",
    countryIso: "US",
    phone: "303",
    paymentTerms: "ZB30",
  });
});
