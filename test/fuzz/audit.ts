/**
 * The auditor: every version of every row with the span of time in which it stood in the simulated table, written down as the table is
 * changed, and the judgement of a run by it. It shares nothing with the product: what a cell should read as, and whether it fits its
 * width, is worked out here from sap-rfc 1.5.
 */
import type { Field, TableDefinition } from "../../src/sandbox/ecc/dictionary/define.ts";
import type { Table } from "../../src/sandbox/ecc/store/table.ts";
import type { EccRow } from "../../src/sandbox/world.ts";
import { keyFieldsOf } from "./random-table.ts";

type Version = { row: EccRow; from: number; until: number };
export type Delivered = {
  rows: readonly Readonly<Record<string, string | null>>[];
  rejected: readonly { key: Readonly<Record<string, string>>; field: string }[];
  /** Keys that the run says it could not read whole. */
  failed: readonly string[];
};

export type Audit = {
  insert(row: EccRow): boolean;
  change(row: EccRow): void;
  remove(row: EccRow): void;
  now(): number;
  rowsNow(): EccRow[];
  /** Whether the cell ever held the value in this row's life. */
  everHeld(row: EccRow, field: string, value: string): boolean;
  judge(run: { from: number; until: number; fields: readonly string[]; delivered: Delivered; overflows?: boolean }): string[];
};

export function createAudit(table: Table, definition: TableDefinition): Audit {
  const keys = keyFieldsOf(definition).map(({ name }) => name);
  const history = new Map<string, Version[]>();
  const idOf = (row: Readonly<Record<string, string | null>>) => keys.map((name) => row[name] ?? "").join("\u0000");
  let tick = 0;
  const standing = (id: string) => {
    const last = history.get(id)?.at(-1);
    return last?.until === Number.POSITIVE_INFINITY ? last : undefined;
  };
  const begin = (id: string, row: EccRow) => {
    const versions = history.get(id) ?? [];
    history.set(id, versions);
    versions.push({ row, from: tick, until: Number.POSITIVE_INFINITY });
  };
  return {
    insert(row) {
      const id = idOf(row);
      if (standing(id) !== undefined) return false;
      table.insert(row);
      tick += 1;
      begin(id, row);
      return true;
    },
    change(row) {
      const id = idOf(row);
      const old = standing(id);
      if (old === undefined) throw new Error("the test changes a row that is not there");
      table.patch(row);
      tick += 1;
      old.until = tick;
      begin(id, { ...old.row, ...row });
    },
    remove(row) {
      const old = standing(idOf(row));
      if (old === undefined) throw new Error("the test removes a row that is not there");
      table.remove(row);
      tick += 1;
      old.until = tick;
    },
    now: () => tick,
    rowsNow: () => [...history.keys()].map((id) => standing(id)?.row).filter((row) => row !== undefined),
    everHeld: (row, field, value) => (history.get(idOf(row)) ?? []).some((version) => version.row[field] === value),
    judge: (run) => judge(run, { definition, history, idOf }),
  };
}

type Judged = Parameters<Audit["judge"]>[0];
type Book = {
  definition: TableDefinition;
  history: ReadonlyMap<string, readonly Version[]>;
  idOf: (row: Readonly<Record<string, string | null>>) => string;
};

function judge({ from, until, fields, delivered, overflows = true }: Judged, { definition, history, idOf }: Book): string[] {
  const complaints: string[] = [];
  const times = new Map<string, number>();
  const count = (id: string) => times.set(id, (times.get(id) ?? 0) + 1);
  const asked = definition.fields.filter(({ name }) => fields.includes(name));
  const lost = (row: EccRow) => (overflows ? asked.filter((each) => isTooWide(each, row[each.name])) : []);
  const during = (id: string) => (history.get(id) ?? []).filter((version) => version.from <= until && version.until > from);
  for (const row of delivered.rows) {
    const id = idOf(row);
    count(id);
    const same = during(id).filter((version) => asked.every(({ name }) => row[name] === version.row[name]));
    if (same.length === 0) complaints.push(`${JSON.stringify(row)} never stood in the table`);
    else if (same.every((version) => lost(version.row).length > 0))
      complaints.push(`${shown(id)} was delivered although it overflowed`);
  }
  for (const { key, field } of delivered.rejected) {
    const id = idOf(key);
    count(id);
    if (!during(id).some((version) => lost(version.row).some(({ name }) => name === field)))
      complaints.push(`${shown(id)} was rejected for ${field}, which never overflowed`);
  }
  for (const id of delivered.failed) {
    count(id);
    if (during(id).length < 2) complaints.push(`${shown(id)} was called unstable and never changed`);
  }
  for (const [id, number] of times) if (number > 1) complaints.push(`${shown(id)} came ${number} times`);
  for (const id of history.keys())
    if (!times.has(id) && stoodThroughout(during(id), from, until))
      complaints.push(`${shown(id)} was there all the time and did not come`);
  return complaints;
}

function stoodThroughout(versions: readonly Version[], from: number, until: number): boolean {
  const [first] = versions;
  const last = versions.at(-1);
  if (first === undefined || last === undefined || first.from > from || last.until <= until) return false;
  return versions.every((version, at) => at === 0 || version.from === versions[at - 1]?.until);
}

/** sap-rfc 1.5 [D from C]: the sign place is needed by negative numbers only, and point and sign are not budgeted. */
export function isTooWide({ intType, length }: Field, value = ""): boolean {
  if (!["P", "I", "s", "b"].includes(intType)) return false;
  return value.length > length;
}

const shown = (id: string) => JSON.stringify(id.split("\u0000"));
