/** One IDoc for one object as it is now, with its control record (sap-data 6.3); and which objects a world could send. */
import type { EccSystem } from "../../world.ts";
import type { Dice } from "../business/desk.ts";
import type { Tables } from "../codes-and-currencies.ts";
import { rowsByKey } from "../store/find.ts";
import { documentSegments } from "./build-document.ts";
import { costCentreSegments, vendorSegments } from "./build-master-data.ts";
import { orderSegments } from "./build-order.ts";
import { basicTypes, type IDoc, type MessageType, type ObjectKey, type Segment } from "./idoc.ts";
import { segment } from "./segment-fields.ts";

const tablesOf: Readonly<Record<MessageType, readonly [table: string, keys: readonly string[]]>> = {
  CREMAS: ["LFA1", ["LIFNR"]],
  ORDERS: ["EKKO", ["EBELN"]],
  ORDCHG: ["EKKO", ["EBELN"]],
  FIDCC2: ["BKPF", ["BUKRS", "BELNR", "GJAHR"]],
  COSMAS: ["CSKS", ["KOKRS", "KOSTL"]],
};

/** Every object once, in key order, message after message. */
export function objectsOf(tables: Tables, messages: readonly MessageType[]): ObjectKey[] {
  return messages.flatMap((message) => {
    const [table, keys] = tablesOf[message];
    const rows = rowsByKey({ tables }, table, []).map((row) => keys.map((key) => row[key] ?? ""));
    return [...new Map(rows.map((key) => [key.join("/"), key])).values()].map((key) => ({ message, key }));
  });
}

function segmentsOf(tables: Tables, { message, key }: ObjectKey, dice: Dice): Segment[] {
  const [first = "", second = "", third = ""] = key;
  switch (message) {
    case "CREMAS":
      return vendorSegments(tables, first);
    case "ORDERS":
      return orderSegments(tables, first, undefined);
    case "ORDCHG": {
      const always = dice.below(3);
      return orderSegments(tables, first, (place) => place % 3 === always || place === 0);
    }
    case "FIDCC2":
      return documentSegments(tables, [first, second, third]);
    case "COSMAS":
      return costCentreSegments(tables, first, second);
  }
}

/** What a customer's extension adds for each site: enough of them make an IDoc as long as is wanted. */
const note = "Deliveries between 07:00 and 15:00, gate 2; wear hi-vis & a helmet; call the foreman first.";
/** As XML (`<NAME SEGMENT="1">`, `<FIELD>`): names stand twice. */
const bytesOf = (segments: readonly Segment[]): number =>
  segments.reduce(
    (sum, { name, fields, children }) =>
      sum +
      17 +
      2 * name.length +
      fields.reduce((all, [field, value]) => all + 5 + 2 * field.length + value.length, 0) +
      bytesOf(children),
    0,
  );

/** sap-data 6.2: a customer's extension in a namespace of its own, inside the first segment. */
function extended([first, ...others]: readonly Segment[], bytesMin: number): Segment[] {
  if (first === undefined) return [];
  const own = [segment("/ACME/E1SITE", [["/ACME/SITE", "North & South"]])];
  const line = segment("/ACME/E1NOTE", [["/ACME/TEXT", note]]);
  for (let bytes = bytesOf([first, ...others]); bytes < bytesMin; bytes += bytesOf([line])) own.push(line);
  return [{ ...first, children: [...own, ...first.children] }, ...others];
}

/** What a receiver must park: the segment that names the object names nothing. */
function broken([first, ...others]: readonly Segment[]): Segment[] {
  return first === undefined
    ? []
    : [{ ...first, fields: first.fields.slice(0, 1).filter(([name]) => name === "MSGFN") }, ...others];
}

export type CreateOptions = {
  tables: Tables;
  system: EccSystem;
  docnum: string;
  /** `YYYYMMDD` and `HHMMSS` of the system's zone. */
  at: { date: string; time: string };
  dice: Dice;
  isExtended: boolean;
  /** Of an extended one: its segments are so many bytes of XML at least. */
  bytesMin?: number;
  isBroken: boolean;
};

const release: Readonly<Record<string, string>> = { "700": "700", "731": "731", "740": "740", "750": "750" };

/** Undefined where the object is gone. */
export function createIDoc(object: ObjectKey, options: CreateOptions): IDoc | undefined {
  const { tables, system, docnum, at, dice, isExtended, bytesMin = 0, isBroken } = options;
  const segments = segmentsOf(tables, object, dice);
  if (segments.length === 0) return undefined;
  const type = basicTypes[object.message];
  const control = {
    TABNAM: "EDI_DC40",
    MANDT: system.client,
    DOCNUM: docnum,
    DOCREL: release[system.release] ?? "740",
    STATUS: "30",
    DIRECT: "1",
    OUTMOD: "2",
    IDOCTYP: type,
    ...(isExtended ? { CIMTYP: `/ACME/${type}X` } : {}),
    MESTYP: object.message,
    SNDPOR: `SAP${system.systemId}`,
    SNDPRT: "LS",
    SNDPRN: `${system.systemId}CLNT${system.client}`.slice(0, 10),
    RCVPOR: "MLCHTTP",
    RCVPRT: "LS",
    RCVPRN: "MLCONNECT",
    CREDAT: at.date,
    CRETIM: at.time,
    SERIAL: at.date + at.time,
  };
  const whole = isExtended ? extended(segments, bytesMin) : segments;
  return { docnum, object, control, segments: isBroken ? broken(whole) : whole };
}
