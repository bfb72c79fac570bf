/** An IDoc as EDIDC and EDID4 keep it: a control record and segments that stand in one another (sap-data 6.2, 6.3). */
export type Segment = {
  /** Type name, `E1EDK01` or `/ACME/E1SITE`. */
  name: string;
  /** In the segment's own order; a field without a value is not there. */
  fields: readonly (readonly [name: string, value: string])[];
  children: readonly Segment[];
};

export const messageTypes = ["CREMAS", "ORDERS", "ORDCHG", "FIDCC2", "COSMAS"] as const;
export type MessageType = (typeof messageTypes)[number];

export const basicTypes: Readonly<Record<MessageType, string>> = {
  CREMAS: "CREMAS05",
  ORDERS: "ORDERS05",
  ORDCHG: "ORDERS05",
  FIDCC2: "FIDCCP02",
  COSMAS: "COSMAS01",
};

/** What an IDoc is about: the key fields of its table. */
export type ObjectKey = { message: MessageType; key: readonly string[] };

export type IDoc = {
  docnum: string;
  object: ObjectKey;
  /** Fields of EDI_DC40 that have a value. */
  control: Readonly<Record<string, string>>;
  segments: readonly Segment[];
};

/** EDI_DC40 in its order with its widths: 524 characters (sap-data 6.3). */
export const controlWidths: readonly (readonly [name: string, width: number])[] = [
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
