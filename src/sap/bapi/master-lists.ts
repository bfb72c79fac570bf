/**
 * Lists and details of master data through released BAPIs (sap-rfc 3.3), for customers who open these rather than tables, and for checks before
 * anything is set up. What they do not hold (tax numbers, blocks) the tables do; nothing here writes.
 */
import type { RfcFailure } from "../../ports/index.ts";
import { rowsOf } from "../rfc/index.ts";
import type { BapiCaller } from "./call-bapi.ts";

type Listed<T> = { kind: "list"; rows: readonly T[] } | RfcFailure;
type Row = Readonly<Record<string, string>>;

async function list<T>(
  bapi: BapiCaller,
  /** The list comes first among the tables; RETURN is one only where it is no exporting structure (sap-rfc 3.3). */
  call: { function: string; parameters: Readonly<Record<string, string>>; tables: readonly [string, ...string[]] },
  toRow: (text: (name: string) => string) => T,
): Promise<Listed<T>> {
  const outcome = await bapi.call(call);
  if (outcome.kind === "failure") return outcome;
  const textOf = (row: Row) => (name: string) => (row[name] ?? "").trimEnd();
  return { kind: "list", rows: rowsOf(outcome.values[call.tables[0]]).map((row) => toRow(textOf(row))) };
}

export function listCompanyCodes(bapi: BapiCaller): Promise<Listed<{ companyCode: string; name: string }>> {
  const call = { function: "BAPI_COMPANYCODE_GETLIST", parameters: {}, tables: ["COMPANYCODE_LIST"] } as const;
  return list(bapi, call, (text) => ({ companyCode: text("COMP_CODE"), name: text("COMP_NAME") }));
}

/** Cost centres of a controlling area that hold on a day (`YYYYMMDD`). */
export function listCostCenters(
  bapi: BapiCaller,
  asked: { controllingArea: string; on: string },
): Promise<Listed<{ controllingArea: string; costCenter: string; name: string }>> {
  const day = `${asked.on.slice(0, 4)}-${asked.on.slice(4, 6)}-${asked.on.slice(6, 8)}`;
  const call = {
    function: "BAPI_COSTCENTER_GETLIST1",
    // sap-rfc 2.2.2: a date travels as YYYY-MM-DD over SOAP.
    parameters: { CONTROLLINGAREA: asked.controllingArea, DATE_FROM: day, DATE_TO: day },
    tables: ["COSTCENTERLIST", "RETURN"],
  } as const;
  return list(bapi, call, (text) => ({
    controllingArea: text("CO_AREA"),
    costCenter: text("COSTCENTER"),
    name: text("COCNTR_TXT"),
  }));
}

export function listGlAccounts(
  bapi: BapiCaller,
  asked: { companyCode: string; language: string },
): Promise<Listed<{ account: string; shortText: string; longText: string }>> {
  const call = {
    function: "BAPI_GL_ACC_GETLIST",
    parameters: { COMPANYCODE: asked.companyCode, LANGUAGE: asked.language },
    tables: ["ACCOUNT_LIST"],
  } as const;
  return list(bapi, call, (text) => ({
    account: text("GL_ACCOUNT"),
    shortText: text("SHORT_TEXT"),
    longText: text("LONG_TEXT"),
  }));
}

export type VendorDetail = {
  kind: "vendor";
  names: readonly string[];
  street: string;
  city: string;
  postalCode: string;
  region: string;
  country: string;
  countryIso: string;
  phone: string;
  paymentTerms: string;
};

/** No tax number, no blocks, no bank: those are LFA1's and LFB1's (sap-rfc 3.3). */
export async function readVendorDetail(
  bapi: BapiCaller,
  asked: { vendor: string; companyCode: string },
): Promise<VendorDetail | RfcFailure> {
  const outcome = await bapi.call({
    function: "BAPI_VENDOR_GETDETAIL",
    parameters: { VENDORNO: asked.vendor, COMPANYCODE: asked.companyCode },
    tables: [],
  });
  if (outcome.kind === "failure") return outcome;
  const [general] = rowsOf(outcome.values.GENERALDETAIL);
  const [company] = rowsOf(outcome.values.COMPANYDETAIL);
  const text = (row: Row | undefined, name: string) => (row?.[name] ?? "").trimEnd();
  return {
    kind: "vendor",
    names: ["NAME", "NAME_2", "NAME_3", "NAME_4"].map((name) => text(general, name)),
    street: text(general, "STREET"),
    city: text(general, "CITY"),
    postalCode: text(general, "POSTL_CODE"),
    region: text(general, "REGION"),
    country: text(general, "COUNTRY"),
    countryIso: text(general, "COUNTRYISO"),
    phone: text(general, "TELEPHONE"),
    paymentTerms: text(company, "PMNTTRMS"),
  };
}
