/**
 * BAPI_VENDOR_GETDETAIL and the lists of company codes, cost centres and G/L accounts (sap-rfc 3.3), with RETURN in the three shapes that
 * they really have: BAPIRET1 and BAPIRETURN as structures, BAPIRET2 as a table. Keys come at full width. What no table of the system
 * holds stays blank. Message classes and numbers are [K]: a client may rely on TYPE and on the text naming the key.
 */
import { type Raw, rowByKey, rowsByKey } from "../../store/find.ts";
import { localTime } from "../basis.ts";
import { type CallContext, type CallInput, type CallOutput, char, date, type FunctionModule, structure } from "../interface.ts";
import { argumentOf, type Message, oldReturnRow, optional, returnRow, structureRow } from "./values.ts";

const error = (id: string, number: string, text: string, variable: string): Message => ({
  type: "E",
  id,
  number,
  text,
  variable,
});

const isoLanguages: Readonly<Record<string, string>> = { E: "EN", D: "DE", F: "FR", S: "ES", J: "JA" };

function generalRow(vendor: Raw | undefined) {
  const country = vendor?.["LAND1"] ?? "";
  return structureRow("BAPIVENDOR_04", {
    VENDOR: vendor?.["LIFNR"],
    NAME: vendor?.["NAME1"],
    NAME_2: vendor?.["NAME2"],
    NAME_3: vendor?.["NAME3"],
    NAME_4: vendor?.["NAME4"],
    CITY: vendor?.["ORT01"],
    DISTRICT: vendor?.["ORT02"],
    PO_BOX: vendor?.["PFACH"],
    POBX_PCD: vendor?.["PSTL2"],
    POSTL_CODE: vendor?.["PSTLZ"],
    REGION: vendor?.["REGIO"],
    STREET: vendor?.["STRAS"],
    COUNTRY: country,
    // T005 is not in this system: a key that could be an ISO code is taken for one.
    COUNTRYISO: country.length === 2 ? country : "",
    LANGU: vendor?.["SPRAS"],
    LANGU_ISO: isoLanguages[vendor?.["SPRAS"] ?? ""],
    TELEPHONE: vendor?.["TELF1"],
    FORMOFADDR: vendor?.["ANRED"],
    TELEPHONE2: vendor?.["TELF2"],
  });
}

function companyRow(company: Raw | undefined) {
  return structureRow("BAPIVENDOR_05", {
    VENDOR: company?.["LIFNR"],
    COMP_CODE: company?.["BUKRS"],
    CLERK: company?.["BUSAB"],
    ALT_PAYEE: company?.["LNRZB"],
    PMNTTRMS: company?.["ZTERM"],
    INTERNET: company?.["INTAD"],
    PAYMENT_METHODS: company?.["ZWELS"],
  });
}

function runVendor(input: CallInput, { world }: CallContext): CallOutput {
  const [lifnr, bukrs] = [argumentOf(input, "VENDORNO"), argumentOf(input, "COMPANYCODE")];
  const vendor = rowByKey(world, "LFA1", [lifnr]);
  const company = vendor === undefined ? undefined : rowByKey(world, "LFB1", [lifnr, bukrs]);
  const problem =
    vendor === undefined
      ? error("F2", "163", `Vendor ${lifnr} has not been created`, lifnr)
      : company === undefined
        ? error("F2", "164", `Vendor ${lifnr} has not been created for company code ${bukrs}`, lifnr)
        : undefined;
  const found = problem === undefined;
  return {
    exports: {
      GENERALDETAIL: generalRow(found ? vendor : undefined),
      COMPANYDETAIL: companyRow(company),
      RETURN: returnRow("BAPIRET1", problem),
    },
    tables: {},
  };
}

export const vendorDetail: FunctionModule = {
  name: "BAPI_VENDOR_GETDETAIL",
  text: "Vendor: Read detailed information",
  parameters: [
    { direction: "import", name: "VENDORNO", type: char(10, "LFA1-LIFNR"), text: "Vendor" },
    { direction: "import", name: "COMPANYCODE", type: char(4, "T001-BUKRS"), text: "Company Code" },
    { direction: "export", name: "GENERALDETAIL", type: structure("BAPIVENDOR_04"), text: "General detail" },
    { direction: "export", name: "COMPANYDETAIL", type: structure("BAPIVENDOR_05"), text: "Company code detail" },
    { direction: "export", name: "RETURN", type: structure("BAPIRET1"), text: "Return Parameter" },
  ],
  exceptions: [],
  run: runVendor,
};

export const companyCodeList: FunctionModule = {
  name: "BAPI_COMPANYCODE_GETLIST",
  text: "List of company codes",
  parameters: [
    { direction: "export", name: "RETURN", type: structure("BAPIRETURN"), text: "Return Parameter" },
    { direction: "table", name: "COMPANYCODE_LIST", type: structure("BAPI0002_1"), text: "Company codes" },
  ],
  exceptions: [],
  run: (_input, { world }) => {
    const rows = rowsByKey(world, "T001", []);
    const list = rows.map((row) => structureRow("BAPI0002_1", { COMP_CODE: row["BUKRS"], COMP_NAME: row["BUTXT"] }));
    return { exports: { RETURN: oldReturnRow(undefined) }, tables: { COMPANYCODE_LIST: list }, rowsScanned: rows.length };
  },
};

/** Time-dependent (sap-data 2.6): every row whose validity touches the days asked for; without days, today's. */
function costCenters(input: CallInput, context: CallContext): Raw[] {
  const today = localTime(context).date;
  const given = (name: string, other: string) => {
    const day = argumentOf(input, name);
    return day === "" || day === "00000000" ? other : day;
  };
  const from = given("DATE_FROM", today);
  const to = given("DATE_TO", from);
  const area = argumentOf(input, "CONTROLLINGAREA");
  const low = argumentOf(input, "COMPANYCODE_FROM");
  const high = argumentOf(input, "COMPANYCODE_TO") || low;
  return rowsByKey(context.world, "CSKS", area === "" ? [] : [area]).filter((row) => {
    const company = row["BUKRS"] ?? "";
    const isCompany = low === "" || (company >= low && company <= high);
    return isCompany && (row["DATAB"] ?? "00000000") <= to && (row["DATBI"] ?? "") >= from;
  });
}

function runCostCenters(input: CallInput, context: CallContext): CallOutput {
  const group = argumentOf(input, "COSTCENTERGROUP");
  // No table of the system holds groups: none exists.
  const rows = group === "" ? costCenters(input, context) : [];
  const list = rows.map((row) => {
    const key = [context.language, row["KOKRS"] ?? "", row["KOSTL"] ?? "", row["DATBI"] ?? ""];
    const text = rowByKey(context.world, "CSKT", key)?.["KTEXT"];
    return structureRow("BAPI0012_CCLIST", { CO_AREA: row["KOKRS"], COSTCENTER: row["KOSTL"], COCNTR_TXT: text });
  });
  const area = argumentOf(input, "CONTROLLINGAREA");
  const message = error("KS", "036", `No cost centers found for ${group || area || "the selection"}`, group || area);
  const problems = rows.length === 0 ? [returnRow("BAPIRET2", message)] : [];
  return { exports: {}, tables: { COSTCENTERLIST: list, RETURN: problems }, rowsScanned: rows.length };
}

export const costCenterList: FunctionModule = {
  name: "BAPI_COSTCENTER_GETLIST1",
  text: "List of cost centers",
  parameters: [
    optional("CONTROLLINGAREA", 4, "Controlling Area"),
    optional("COMPANYCODE_FROM", 4, "From company code"),
    optional("COMPANYCODE_TO", 4, "To company code"),
    optional("COSTCENTERGROUP", 15, "Cost center group"),
    { direction: "import", name: "DATE_FROM", type: date("CSKS-DATAB"), default: "", text: "Valid from" },
    { direction: "import", name: "DATE_TO", type: date("CSKS-DATBI"), default: "", text: "Valid to" },
    { direction: "table", name: "COSTCENTERLIST", type: structure("BAPI0012_CCLIST"), text: "Cost centers" },
    { direction: "table", name: "RETURN", type: structure("BAPIRET2"), text: "Return Parameter(s)" },
  ],
  exceptions: [],
  run: runCostCenters,
};

function languageAsked(input: CallInput, context: CallContext): string {
  const iso = argumentOf(input, "LANGUAGE_ISO").toUpperCase();
  const fromIso = Object.entries(isoLanguages).find(([, code]) => code === iso)?.[0];
  return argumentOf(input, "LANGUAGE") || fromIso || context.language;
}

function runAccounts(input: CallInput, context: CallContext): CallOutput {
  const { world } = context;
  const bukrs = argumentOf(input, "COMPANYCODE");
  const company = rowByKey(world, "T001", [bukrs]);
  if (company === undefined) {
    const message = error("FN", "020", `Company code ${bukrs} does not exist`, bukrs);
    return { exports: { RETURN: oldReturnRow(message) }, tables: { ACCOUNT_LIST: [] } };
  }
  const language = languageAsked(input, context);
  const rows = rowsByKey(world, "SKB1", [bukrs]);
  const list = rows.map((row) => {
    const text = rowByKey(world, "SKAT", [language, company["KTOPL"] ?? "", row["SAKNR"] ?? ""]);
    return structureRow("BAPI3006_0", {
      COMP_CODE: bukrs,
      GL_ACCOUNT: row["SAKNR"],
      SHORT_TEXT: text?.["TXT20"],
      LONG_TEXT: text?.["TXT50"],
    });
  });
  return { exports: { RETURN: oldReturnRow(undefined) }, tables: { ACCOUNT_LIST: list }, rowsScanned: rows.length };
}

export const accountList: FunctionModule = {
  name: "BAPI_GL_ACC_GETLIST",
  text: "List of G/L accounts of a company code",
  parameters: [
    { direction: "import", name: "COMPANYCODE", type: char(4, "T001-BUKRS"), text: "Company Code" },
    optional("LANGUAGE", 1, "Language of the texts"),
    optional("LANGUAGE_ISO", 2, "Language of the texts, ISO"),
    { direction: "export", name: "RETURN", type: structure("BAPIRETURN"), text: "Return Parameter" },
    { direction: "table", name: "ACCOUNT_LIST", type: structure("BAPI3006_0"), text: "G/L accounts" },
  ],
  exceptions: [],
  run: runAccounts,
};
