// A table held as text cells at full width, and a client that serves it as RFC_READ_TABLE does; written for tests alone. It can be changed
// between two calls.
import type { RfcCall, RfcClient, RfcOutcome } from "../../src/ports/index.ts";
import { createDictionary } from "../../src/sap/rfc/dictionary.ts";
import { createReadTable } from "../../src/sap/rfc/read-table.ts";
import type { ReadOutcome, TableRow } from "../../src/sap/rfc/table-reader.ts";

export type Column = [name: string, dataType: string, abapType: string, length: number, decimals: number, key: boolean];
export type Served = {
  columns: readonly Column[];
  rows: Record<string, string>[];
  /** Called before each RFC_READ_TABLE with its number, to change the table meanwhile. */
  before?: (index: number) => void;
  trims?: boolean;
  answer?: (call: RfcCall) => RfcOutcome | undefined;
};

const digits = (value: number) => String(value).padStart(6, "0");

export function serve(served: Served): { client: RfcClient; calls: RfcCall[] } {
  const calls: RfcCall[] = [];
  const client: RfcClient = {
    async call(call) {
      const special = served.answer?.(call);
      if (special !== undefined) return special;
      if (call.function === "DDIF_FIELDINFO_GET")
        return { kind: "answer", values: { DDOBJTYPE: "TRANSP", DFIES_TAB: describeTable(served) } };
      calls.push(call);
      served.before?.(calls.length);
      return readRows(served, call);
    },
    serverTime: () => undefined,
    close: async () => undefined,
  };
  return { client, calls };
}

const describeTable = ({ columns }: Served) =>
  columns.map(([FIELDNAME, DATATYPE, INTTYPE, length, decimals, key]) => ({
    FIELDNAME,
    DATATYPE,
    INTTYPE,
    LENG: digits(length),
    DECIMALS: digits(decimals),
    KEYFLAG: key ? "X" : "",
  }));

function readRows(served: Served, call: RfcCall): RfcOutcome {
  const asked = (call.parameters.FIELDS as readonly { FIELDNAME: string }[]).map(({ FIELDNAME }) => FIELDNAME);
  const columns = asked.map((name) => served.columns.find(([each]) => each === name) ?? fail(name));
  let at = 0;
  const FIELDS = columns.map(([FIELDNAME, , , length]) => {
    const row = { FIELDNAME, OFFSET: digits(at), LENGTH: digits(length) };
    at += length;
    return row;
  });
  if (at > 512) return { kind: "failure", class: "exception", key: "DATA_BUFFER_EXCEEDED", detail: "" };
  // Only `A = 'x' AND B = 'y'`, which is what the re-read of a key asks for.
  const clause = (call.parameters.OPTIONS as readonly { TEXT: string }[]).map(({ TEXT }) => TEXT).join("");
  const conditions = [...clause.matchAll(/(\w+) = '((?:[^']|'')*)'/g)].map(([, name = "", value = ""]) => [
    name,
    value.replaceAll("''", "'").trimEnd(),
  ]);
  const hits = served.rows.filter((row) => conditions.every(([name = "", value = ""]) => (row[name] ?? "").trimEnd() === value));
  const count = Number(call.parameters.ROWCOUNT);
  // Another order on every call, as SAP may.
  const shuffled = [...hits].reverse().slice(0, count === 0 ? undefined : count);
  call.stream?.begin();
  for (const row of shuffled) {
    const text = columns
      .map(([name, , abapType, length]) =>
        abapType === "P" ? (row[name] ?? "").padStart(length) : (row[name] ?? "").padEnd(length),
      )
      .join("");
    call.stream?.row({ WA: served.trims === false ? text.padEnd(512) : text.trimEnd() });
  }
  return { kind: "answer", values: { FIELDS, DATA: [], OPTIONS: [] } };
}

function fail(name: string): never {
  throw new Error(`the test asks for ${name}`);
}

export const reader = (client: RfcClient, options = {}) => createReadTable(client, createDictionary(client), options);

export const po: readonly Column[] = [
  ["MANDT", "CLNT", "C", 3, 0, true],
  ["EBELN", "CHAR", "C", 10, 0, true],
  ["EBELP", "NUMC", "N", 5, 0, true],
  ["TXZ01", "CHAR", "C", 40, 0, false],
  ["AEDAT", "DATS", "D", 8, 0, false],
  ["NETWR", "CURR", "P", 13, 2, false],
  ["LONG1", "CHAR", "C", 300, 0, false],
  ["LONG2", "CHAR", "C", 300, 0, false],
  ["LONG3", "CHAR", "C", 400, 0, false],
  ["GUID", "RAW", "X", 16, 0, false],
];
export const item = (number: number, more: Record<string, string> = {}) => ({
  EBELN: "4500000001",
  EBELP: String(number).padStart(5, "0"),
  TXZ01: `  item ${number}`,
  AEDAT: "20240131",
  NETWR: `${number}.50 `,
  LONG1: `one ${number}`,
  LONG2: `two ${number}`,
  LONG3: `three ${number}`,
  ...more,
});
export const items = (count: number) => Array.from({ length: count }, (_, at) => item(at + 1));
export const byItem = (outcome: ReadOutcome): TableRow[] => {
  if (outcome.kind !== "complete") throw new Error(JSON.stringify(outcome));
  return [...outcome.rows].sort((a, b) => String(a.EBELP).localeCompare(String(b.EBELP)));
};
export const wide = ["TXZ01", "LONG1", "LONG2", "LONG3", "NETWR"];
