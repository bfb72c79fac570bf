/**
 * Vendors: LFA1 with its company codes and the default e-mail address (sap-data 2.2). LFA1 has no change stamp: between sweeps change documents say
 * which were touched. Unchanged leaves of a sweep cost one read and no upload. STCD1 is never asked for (ruling 6).
 */
import type { VendorRecord } from "../../core/index.ts";
import type { TableRow } from "../rfc/index.ts";
import { accountOf, vendorTables } from "./change-accounts.ts";
import { readChangedVendors } from "./change-triggers.ts";
import { type Discoverable, discover, discoverOffer } from "./discover.ts";
import { fieldsRead } from "./fields-read.ts";
import { deltaDefaults, type ExtractSource, type FlowExtract } from "./flow-extract.ts";
import { parseKeys, withDigest } from "./object-slice.ts";
import { reuseLeaves } from "./reuse-leaves.ts";
import { cell, groupRows, isFlag, readWhole } from "./rows.ts";
import { readServerDate } from "./server-date.ts";
import { parseSlice, type Slice } from "./slice.ts";
import { openTriggered } from "./sweep-or-changes.ts";
import { type MoreOfVendor, readMoreOfVendors } from "./vendor-parts.ts";

const what: Discoverable = { flow: "vendors", table: "LFA1", keyFields: ["LIFNR"], cap: 1_000, objectsPerSlice: 1_000 };
const everything: Slice = { ranges: [{ field: "LIFNR" }], oneOf: [] };

const fields = fieldsRead.LFA1;

type Beside = { companies: readonly TableRow[]; email: string; more: MoreOfVendor };

function recordOf(row: TableRow, { companies, email, more }: Beside): VendorRecord {
  return {
    kind: "vendor",
    key: cell(row, "LIFNR"),
    accountGroup: cell(row, "KTOKK"),
    isOneTime: isFlag(row, "XCPDK"),
    names: ["NAME1", "NAME2", "NAME3", "NAME4"].map((field) => cell(row, field)),
    street: cell(row, "STRAS"),
    city: cell(row, "ORT01"),
    postalCode: cell(row, "PSTLZ"),
    region: cell(row, "REGIO"),
    country: cell(row, "LAND1"),
    phone: cell(row, "TELF1"),
    fax: cell(row, "TELFX"),
    email,
    taxNumber2: cell(row, "STCD2"),
    vatId: cell(row, "STCEG"),
    isDeleted: isFlag(row, "LOEVM"),
    isBlocked: isFlag(row, "SPERR"),
    isPurchasingBlocked: isFlag(row, "SPERM"),
    companies: companies
      .map((company) => ({
        companyCode: cell(company, "BUKRS"),
        isDeleted: isFlag(company, "LOEVM"),
        isBlocked: isFlag(company, "SPERR"),
        paymentTerms: cell(company, "ZTERM"),
      }))
      .sort((left, right) => (left.companyCode < right.companyCode ? -1 : 1)),
    ...more,
  };
}

/** The company's own default e-mail (rows with a PERSNUMBER are a contact person's); the first by number where several claim to be it. */
function emailOf(rows: readonly TableRow[]): string {
  const defaults = rows.filter((row) => isFlag(row, "FLGDEFAULT") && cell(row, "PERSNUMBER") === "");
  const [first] = defaults.sort((left, right) => (cell(left, "CONSNUMBER") < cell(right, "CONSNUMBER") ? -1 : 1));
  return first ? cell(first, "SMTP_ADDR") : "";
}

export function createVendorExtract({ reader, client, settings }: ExtractSource): FlowExtract {
  const { overlapDays, sweepDays, vendorPointers } = settings.delta ?? deltaDefaults;
  const account = accountOf(reader, vendorTables);
  return {
    open: async (ask) =>
      openTriggered(ask, {
        what,
        today: await readServerDate(client, settings.zone),
        overlapDays,
        sweepDays: sweepDays.vendors,
        scope: [],
        sweep: () => reuseLeaves(ask.leaves, "LFA1", everything).map((slice) => discoverOffer(what, slice)),
        beginAccount: account?.begin,
        async follow(window, links) {
          const told = await account?.since(links);
          const { LIFNR: touched = [], ADDRNUMBER: addresses = [] } = told?.changed ?? {};
          const vendors = await readChangedVendors(reader, window, vendorPointers, told && { vendors: touched, addresses });
          return { keys: vendors.map((LIFNR) => ({ LIFNR })), ...(told ? { links: told.links } : {}) };
        },
        told: async (vendors) => vendors.map((LIFNR) => ({ LIFNR })),
      }),
    discover: (label, slice) => discover(reader, what, label, parseSlice(slice, "LFA1")),
    async read(slice, digest) {
      const values = parseKeys(slice, "LFA1", what.keyFields).map((key) => key.LIFNR ?? "");
      const vendors = await readWhole(reader, { table: "LFA1", fields, field: "LIFNR", values });
      const companies = groupRows(
        await readWhole(reader, { table: "LFB1", fields: fieldsRead.LFB1, field: "LIFNR", values }),
        "LIFNR",
      );
      const addresses = vendors.map((row) => cell(row, "ADRNR")).filter((address) => address !== "");
      const mails = groupRows(
        await readWhole(reader, { table: "ADR6", fields: fieldsRead.ADR6, field: "ADDRNUMBER", values: addresses }),
        "ADDRNUMBER",
      );
      const today = await readServerDate(client, settings.zone);
      const moreOf = await readMoreOfVendors(reader, { vendors, companies, today, language: settings.language ?? "E" });
      const records = vendors.map((row) =>
        recordOf(row, {
          companies: companies.get(cell(row, "LIFNR")) ?? [],
          email: emailOf(mails.get(cell(row, "ADRNR")) ?? []),
          more: moreOf(row),
        }),
      );
      return withDigest(records, digest);
    },
  };
}
