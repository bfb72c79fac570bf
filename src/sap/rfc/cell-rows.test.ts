// The short way of a read in one chunk against the careful one, over cells of every kind: rows, refusals and doubts are the same.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { RfcClient } from "../../ports/index.ts";
import type { Dialect, RawRow } from "./dialect.ts";
import type { DictionaryField, TableDescription } from "./dictionary.ts";
import { createTableReader } from "./read-table.ts";

const column = (name: string, abapType: string, length: number, decimals = 0, isKey = false): DictionaryField => ({
  name,
  dataType: "",
  abapType,
  length,
  decimals,
  offset: 0,
  internalLength: 0,
  isKey,
  text: "",
  referenceTable: "",
  referenceField: "",
});

const fields = [
  column("EBELN", "C", 10, 0, true),
  column("EBELP", "P", 5, 0, true),
  column("AEDAT", "D", 8),
  column("ERZET", "T", 6),
  column("NETWR", "P", 13, 2),
  column("TXZ01", "C", 40),
];
const description: TableDescription = {
  table: "EKPO",
  objectType: "TRANSP",
  fields,
  byName: new Map(fields.map((field) => [field.name, field])),
};

const row = fc.tuple(
  fc.constantFrom("4500000001", "A ", ""),
  fc.integer({ min: 0, max: 50 }).map(String),
  fc.constantFrom("20240131", "20240231", "00000000", "", "19991231"),
  fc.constantFrom("135042", "256060", "000000", ""),
  fc.constantFrom("12.50", "?", "", "-0.50", "1.5", "0.00", "-0.00", "12*", "-12.00"),
  fc.constantFrom("text", "blanks  ", "", " in front"),
);

function readerOf(rows: readonly RawRow[], isUnique: boolean) {
  const dialect: Dialect = {
    name: "test",
    widthMax: Number.POSITIVE_INFINITY,
    widthOf: ({ length }) => length,
    whyUnreadable: () => undefined,
    whyRefused: () => undefined,
    whyDoubtful: () => undefined,
    readChunk: async () => ({ kind: "rows", rows, isSorted: false, ...(isUnique ? { isUnique: true } : {}) }),
  };
  const dictionary = { describe: async () => ({ kind: "table", description }) as const, forget() {} };
  return createTableReader({} as RfcClient, dictionary, dialect);
}

it("gives what the careful way gives", async () => {
  const some = fc.uniqueArray(row, { maxLength: 8, selector: ([order, position]) => `${order}/${position}` });
  await fc.assert(
    fc.asyncProperty(some, fc.subarray(["NETWR", "TXZ01"]), async (rows, informational) => {
      const request = { table: "EKPO", fields: fields.map(({ name }) => name), informational };
      const careful = await readerOf(rows, false).read(request);
      expect(careful.kind).toBe("complete");
      expect(await readerOf(rows, true).read(request)).toEqual(careful);
    }),
  );
});
