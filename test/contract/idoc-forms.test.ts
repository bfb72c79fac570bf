// One world's IDocs in every form that the simulated SAP sends, read by the product: each form names the same objects, those that the
// tables have. The two share no code: what one has from the documentation the other must have found there, too.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildGroup } from "../../src/sandbox/builder/index.ts";
import { createDice } from "../../src/sandbox/ecc/business/desk.ts";
import { createIDoc, objectsOf } from "../../src/sandbox/ecc/idoc/create.ts";
import { type IDoc, messageTypes, type ObjectKey } from "../../src/sandbox/ecc/idoc/idoc.ts";
import { packagesOf } from "../../src/sandbox/ecc/idoc/packages.ts";
import { flatFile } from "../../src/sandbox/ecc/idoc/write-flat.ts";
import { packageXml, plainVariant, type XmlVariant } from "../../src/sandbox/ecc/idoc/write-xml.ts";
import { loadEcc } from "../../src/sandbox/ecc/store/load.ts";
import { noticeOf, type PackageOutcome, readFlatPackage, readXmlPackage } from "../../src/sap/idoc/index.ts";

const variants: Readonly<Record<string, Partial<XmlVariant>>> = {
  plain: {},
  bare: { hasDeclaration: false, hasBegin: false },
  "without marks": { segment: "" },
  namespaced: { hasNamespace: true, isIndented: true },
  soap: { isSoap: true },
};

const folder = mkdtempSync(join(tmpdir(), "ml-idoc-forms-"));
const scale = { projects: 2, vendors: 60, purchaseOrders: 60, poLines: 120, costLines: 300 };
buildGroup({ worldFolder: folder, seed: 9, asOf: "20261115", ...scale, ledgers: "none" });
const { system, tables } = await loadEcc(folder);
rmSync(folder, { recursive: true });

function idocs(isExtended: boolean): IDoc[] {
  return objectsOf(tables, messageTypes).flatMap((object, index) => {
    const docnum = String(index + 1).padStart(16, "0");
    const at = { date: "20261124", time: "091530" };
    return createIDoc(object, { tables, system, docnum, at, dice: createDice(7), isExtended, isBroken: false }) ?? [];
  });
}

/** As the product says it. */
function expected({ message, key }: ObjectKey): string {
  if (message === "CREMAS") return `vendors ${key[0]}`;
  if (message === "FIDCC2") return `costs ${key.join(".")}`;
  return message === "COSMAS" ? `reference ${key.join("/")}` : `purchase-orders ${key[0]}`;
}

function told(read: PackageOutcome): string[] {
  if (read.kind === "refused") throw new Error(read.detail);
  return read.idocs.flatMap((idoc) => {
    const { number, touched, parked } = noticeOf(idoc);
    return parked === undefined
      ? [...new Set(touched.map(({ flow, key }) => `${number} ${flow} ${key}`))]
      : [`${number} ${parked}`];
  });
}

describe.each([false, true])("a world's IDocs, with a customer's extension: %s", (isExtended) => {
  const all = idocs(isExtended);
  const wanted = all.map(({ docnum, object }) => `${docnum} ${expected(object)}`);
  const packages = packagesOf(all, { max: 40, isReordered: true, dice: createDice(5) });

  it.each(Object.keys(variants))("name their objects in XML that is %s", async (name) => {
    const variant = { ...plainVariant, ...variants[name] };
    const found: string[] = [];
    for (const each of packages) {
      found.push(...told(await readXmlPackage(new TextEncoder().encode(packageXml(each, variant)))));
    }
    expect(found.sort()).toEqual(wanted);
  });

  it.each(["\n", "\r\n"] as const)("name their objects in a flat file, its blanks trimmed or not", (lineEnd) => {
    for (const isTrimmed of [false, true]) expect(told(readFlatPackage(flatFile(all, { lineEnd, isTrimmed })))).toEqual(wanted);
  });
});
