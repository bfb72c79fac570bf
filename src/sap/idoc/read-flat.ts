/**
 * IDocs as flat files of a port of SAP release 4 (sap-data 6.3): a control record of 524 characters, then data records of 63 characters and their SDATA.
 * Segment data is not cut into fields, which would need each segment's definition: the keys that name an object stand at the beginning of a few segments,
 * and those alone are cut. Guarantees: a record of an unknown kind, a data record of another IDoc, one longer than its kind, or a file that ends within a
 * record is refused whole; no record of a file that is taken goes astray, whatever its numbers say.
 */
import { isUtf8 } from "node:buffer";
import { rawControls } from "../rfc/index.ts";
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

const controlLength = 524;
const dataHeader = 63;
const sdataLength = 1_000;
/** As in XML. */
const depthMax = 40;

function cut(line: string, fields: readonly (readonly [string, number])[]): Record<string, string> {
  const found: Record<string, string> = {};
  let at = 0;
  for (const [name, length] of fields) {
    const value = line
      .slice(at, at + length)
      .trim()
      .toWellFormed();
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
  segments: Segment[];
  /** By SEGNUM, as far as was read: a parent stands before its children. */
  byNumber: Map<string, { depth: number; children: Segment[] }>;
};

function close({ control, segments }: Open): IDoc {
  return { control, segments, hash: hashIDoc({ control, segments }) };
}

function dataRecord(line: string, open: Open): string | undefined {
  const docnum = line.slice(33, 49).trim();
  if (docnum !== open.control.DOCNUM) return `a data record of IDoc ${docnum} stands in ${open.control.DOCNUM}`;
  const name = typeName(line.slice(0, 30));
  const sdata = line.slice(dataHeader);
  if (sdata.length > sdataLength && sdata.trimEnd().length > sdataLength) return "a data record is longer than one can be";
  const fields = { ...cut(sdata, keyFields[name] ?? []), SDATA: sdata.trimEnd() };
  const parent = open.byNumber.get(line.slice(55, 61));
  const depth = (parent?.depth ?? 0) + 1;
  if (depth > depthMax) return `segments are nested deeper than ${depthMax}`;
  const children: Segment[] = [];
  (parent?.children ?? open.segments).push({ name, fields, children });
  open.byNumber.set(line.slice(49, 55), { depth, children });
  return undefined;
}

/** In UTF-8, or in a code page of one byte a character: then places hold, keys are plain ASCII, and other letters are not looked at. */
export function readFlatFile(bytes: Uint8Array): PackageOutcome {
  const sent = Buffer.from(bytes);
  return readFlatPackage(isUtf8(sent) ? sent.toString("utf8") : sent.toString("latin1"));
}

export function readFlatPackage(text: string): PackageOutcome {
  const idocs: IDoc[] = [];
  let open: Open | undefined;
  // As in XML, what no text of SAP's holds becomes U+FFFD: a store would not take it.
  const clean = text
    .replace(/^\ufeff/, "")
    .replace(rawControls, "\ufffd")
    .toWellFormed();
  for (const [index, line] of clean.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const refuse = (what: string): PackageOutcome => ({ kind: "refused", detail: `line ${index + 1}: ${what}` });
    if (line.startsWith("EDI_DC40")) {
      if (open) idocs.push(close(open));
      if (line.trimEnd().length > controlLength) return refuse("a control record is longer than one can be");
      open = { control: cut(line, controlFields), segments: [], byNumber: new Map() };
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
