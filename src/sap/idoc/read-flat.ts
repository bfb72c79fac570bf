/**
 * IDocs as flat files of a port of SAP release 4 (sap-data 6.3): a control record of 524 characters, then data records of 63 characters and their SDATA.
 * Segment data is not cut into fields, which would need each segment's definition: the keys that name an object stand at the beginning of a few segments,
 * and those alone are cut. Guarantees: a record of an unknown kind, a data record of another IDoc, or a file that ends within a record is refused whole.
 */
import { hashIDoc } from "./hash-idoc.ts";
import type { IDoc, PackageOutcome, Segment } from "./idoc.ts";

/** Name and length, in order (6.3: the sum is 524). */
const controlFields: readonly (readonly [string, number])[] = [
  ["TABNAM", 10],
  ["MANDT", 3],
  ["DOCNUM", 16],
  ["DOCREL", 4],
  ["STATUS", 2],
  ["DIRECT", 1],
  ["OUTMOD", 1],
  ["EXPRSS", 1],
  ["TEST", 1],
  ["IDOCTYP", 30],
  ["CIMTYP", 30],
  ["MESTYP", 30],
  ["MESCOD", 3],
  ["MESFCT", 3],
  ["STD", 1],
  ["STDVRS", 6],
  ["STDMES", 6],
  ["SNDPOR", 10],
  ["SNDPRT", 2],
  ["SNDPFC", 2],
  ["SNDPRN", 10],
  ["SNDSAD", 21],
  ["SNDLAD", 70],
  ["RCVPOR", 10],
  ["RCVPRT", 2],
  ["RCVPFC", 2],
  ["RCVPRN", 10],
  ["RCVSAD", 21],
  ["RCVLAD", 70],
  ["CREDAT", 8],
  ["CRETIM", 6],
  ["REFINT", 14],
  ["REFGRP", 14],
  ["REFMES", 14],
  ["ARCKEY", 70],
  ["SERIAL", 20],
];

/** The beginning of SDATA, by the segment's type: MSGFN stands first in segments of master data. [K] of the delivered segment definitions. */
const keyFields: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  E1LFA1M: [
    ["MSGFN", 3],
    ["LIFNR", 10],
  ],
  E1CSKSM: [
    ["MSGFN", 3],
    ["KOKRS", 4],
    ["KOSTL", 10],
  ],
  // ACTION, KZABS, CURCY, HWAER, WKURS, ZTERM, KUNDEUINR, EIGENUINR, BSART: 83 characters before BELNR.
  E1EDK01: [
    ["", 83],
    ["BELNR", 35],
  ],
  E1FIKPF: [
    ["BUKRS", 4],
    ["BELNR", 10],
    ["GJAHR", 4],
  ],
};

const dataHeader = 63;

function cut(line: string, fields: readonly (readonly [string, number])[]): Record<string, string> {
  const found: Record<string, string> = {};
  let at = 0;
  for (const [name, length] of fields) {
    const value = line.slice(at, at + length).trim();
    if (value !== "" && name !== "") found[name] = value;
    at += length;
  }
  return found;
}

/** `E2LFA1M005` is version 5 of E1LFA1M. */
const typeName = (name: string): string =>
  name
    .trim()
    .replace(/^E2/, "E1")
    .replace(/^(E1[A-Z0-9]{3,}?M?)\d{3}$/, "$1");

type Open = {
  control: Record<string, string>;
  flat: { number: string; parent: string; segment: Segment & { children: Segment[] } }[];
};

function treeOf({ flat }: Open): Segment[] {
  const byNumber = new Map(flat.map(({ number, segment }) => [number, segment]));
  const roots: Segment[] = [];
  for (const { parent, segment } of flat) (byNumber.get(parent)?.children ?? roots).push(segment);
  return roots;
}

function close(open: Open): IDoc {
  const content = { control: open.control, segments: treeOf(open) };
  return { ...content, hash: hashIDoc(content) };
}

function dataRecord(line: string, open: Open): string | undefined {
  const docnum = line.slice(33, 49).trim();
  if (docnum !== open.control.DOCNUM) return `a data record of IDoc ${docnum} stands in ${open.control.DOCNUM}`;
  const name = typeName(line.slice(0, 30));
  const sdata = line.slice(dataHeader);
  const fields = { ...cut(sdata, keyFields[name] ?? []), SDATA: sdata.trimEnd() };
  open.flat.push({ number: line.slice(49, 55), parent: line.slice(55, 61), segment: { name, fields, children: [] } });
  return undefined;
}

export function readFlatPackage(text: string): PackageOutcome {
  const idocs: IDoc[] = [];
  let open: Open | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const refuse = (what: string): PackageOutcome => ({ kind: "refused", detail: `line ${index + 1}: ${what}` });
    if (line.startsWith("EDI_DC40")) {
      if (open) idocs.push(close(open));
      open = { control: cut(line, controlFields), flat: [] };
      continue;
    }
    if (open === undefined) return refuse("a data record without a control record before it");
    if (!/^[EZY/]/.test(line) || line.length < dataHeader) return refuse("is no record of an IDoc, or is cut");
    const wrong = dataRecord(line, open);
    if (wrong !== undefined) return refuse(wrong);
  }
  if (open) idocs.push(close(open));
  return idocs.length === 0 ? { kind: "refused", detail: "there is no control record in it" } : { kind: "package", idocs };
}
