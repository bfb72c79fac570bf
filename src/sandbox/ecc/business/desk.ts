/**
 * Where one business event is worked on: the world as it is, seeded dice, the system's own day and time, and the rows that will change.
 * Nothing in the tables moves before the event is whole; what it wrote is handed out as one change a table.
 */
import { parseScaled } from "../decimals.ts";
import { xorshift32 } from "../shuffle.ts";
import type { NamedChange } from "../store/changes.ts";
import { type Raw, rowByKey } from "../store/find.ts";
import type { Table } from "../store/table.ts";
import type { EccWorld } from "../world-state.ts";

export type Dice = {
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
};

export function createDice(seed: number): Dice {
  const next = xorshift32(Math.imul(seed, 0x9e3779b1) >>> 0 || 1);
  return { below: (count) => next() % count };
}

export type Written = Record<string, string>;

/** A field without a value is initial: a row on disk leaves it out. */
export function written(row: Raw): Written {
  return Object.fromEntries(Object.entries(row).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export type Desk = {
  readonly world: EccWorld;
  readonly dice: Dice;
  /** `YYYYMMDD` and `HHMMSS` of the system's zone, its clock's skew included. */
  readonly today: string;
  readonly time: string;
  insert(table: string, row: Raw): void;
  /** Key and the fields that move. */
  patch(table: string, row: Raw): void;
  remove(table: string, key: Raw): void;
  changes(): NamedChange[];
};

export function openDesk(options: { world: EccWorld; dice: Dice; today: string; time: string }): Desk {
  const changes = new Map<string, NamedChange>();
  const of = (table: string): NamedChange => {
    const change = changes.get(table) ?? { table, upsert: [], patch: [], delete: [] };
    changes.set(table, change);
    return change;
  };
  return {
    ...options,
    insert: (table, row) => of(table).upsert.push(written(row)),
    patch: (table, row) => of(table).patch.push(written(row)),
    remove: (table, key) => of(table).delete.push(written(key)),
    changes: () => [...changes.values()],
  };
}

const triesMax = 200;

/** Some row that fits; undefined where none of many draws did. */
export function pickRow(desk: Desk, name: string, fits: (row: Raw) => boolean): Raw | undefined {
  const table = desk.world.tables.get(name);
  const rows = table?.rows() ?? [];
  if (table === undefined || rows.length === 0) return undefined;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const row = table.rowAt(rows[desk.dice.below(rows.length)] ?? 0);
    if (fits(row)) return row;
  }
  return undefined;
}

/** The key fields of a row; those it leaves out are initial. */
export function keyOf(table: Table | undefined, row: Raw): Raw {
  return Object.fromEntries((table?.keyFields ?? []).map((field) => [field.name, row[field.name]]));
}

/** The next of a number range, told by its first digits; undefined when it is used up. Ten digits, gaps are normal (sap-data 3). */
export function nextNumber(desk: Desk, table: string, field: string, prefix: string): string | undefined {
  const isOfRange = (value: string) => value.startsWith(prefix) && /^\d{10}$/.test(value);
  let last = "";
  for (const value of desk.world.tables.get(table)?.column(field)?.values ?? []) {
    if (isOfRange(value) && value > last) last = value;
  }
  if (last === "") return prefix.padEnd(10, "0");
  const next = String(BigInt(last) + 1n).padStart(10, "0");
  return isOfRange(next) ? next : undefined;
}

/** A stored amount in hundredths. */
export const minor = (amount: string | undefined): bigint => parseScaled(amount ?? "0.00", 2) ?? 0n;

export function currencyOf(desk: Desk, bukrs: string | undefined): string | undefined {
  return bukrs === undefined ? undefined : rowByKey(desk.world, "T001", [bukrs])?.["WAERS"];
}
