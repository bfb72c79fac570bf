// Every table that the rulings name is read by an extract and known to the simulated ECC. A word in capitals that is neither must be put in
// one of the two lists below: so that a ruling about a table that nobody reads does not go unnoticed.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { referenceKinds } from "../../src/core/index.ts";
import { definitionOf } from "../../src/sandbox/ecc/dictionary/index.ts";
import {
  controlTotalTables,
  costSourceFields,
  fieldsRead,
  invoiceFields,
  referenceFields,
  triggerFields,
} from "../../src/sap/index.ts";

const file = fileURLToPath(new URL("../../../shared/rulings.md", import.meta.url));
/** Fields, values and words of the rulings that are no tables. */
const others = new Set(
  "ADR BUDAT CPUDT BELNR BSTAT STBLG STFLG STOKZ XBLNR XCPDK BSTYP MEMORY KNTTP VRTKZ NETWR NAVNW LOEKZ EREKZ RBSTAT WRBTR KATYP WRTTP VERSN LEDNR KOAO EBELN KSCHL SHKZG POSID PROJECT SID CLIENT STCD1 LIFNR ZEKKN EBELP GJAHR DC DL PO PL RQ VN CURR PSPEL PROJN WAERS CO FI CSV YAML US SAP SUB ZTERM WKURS RETAMT_FC GR IR ID WBS PO JSON REF_KEY_1 DC CO".split(
    " ",
  ),
);

describe.skipIf(!existsSync(file))("the tables of the rulings", () => {
  it("are read and simulated", () => {
    const text = readFileSync(file, "utf8");
    const words = new Set([...text.matchAll(/\b([A-Z][A-Z0-9_]{1,})(?:-[A-Z0-9_]+)?\b/g)].map(([, word]) => word ?? ""));
    const read = new Set(
      [fieldsRead, costSourceFields, triggerFields, invoiceFields, referenceFields(referenceKinds), controlTotalTables].flatMap(
        (tables) => Object.keys(tables),
      ),
    );
    const tables = [...words].filter((word) => definitionOf(word) !== undefined);
    expect(tables.length).toBeGreaterThan(12);
    expect(tables.filter((word) => !read.has(word))).toEqual([]);
    expect([...words].filter((word) => definitionOf(word) === undefined && !others.has(word))).toEqual([]);
  });
});
