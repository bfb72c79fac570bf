/**
 * The rows of one table, in columns, unique by primary key. Keys are padded to their widths and concatenated, so that a sorted list
 * of them answers "these leading key fields" by binary search, as the primary index of the database would.
 */

import type { EccRow } from "../../world.ts";
import { initialValue } from "../cell.ts";
import type { Field, TableDefinition } from "../dictionary/index.ts";
import { objectionTo } from "./check-value.ts";
import { Column } from "./column.ts";

export class RowRefused extends Error {
  override readonly name = "RowRefused";
}

/** A half-open range of padded keys; `to` undefined means "to the end". */
export type KeyRange = { from: string; to: string | undefined };

export class Table {
  readonly definition: TableDefinition;
  readonly keyFields: readonly Field[];
  private readonly columns: readonly Column[];
  private readonly positions: ReadonlyMap<string, number>;
  private readonly rowByKey = new Map<string, number>();
  private sortedKeys: string[] | undefined;
  private rowsEver = 0;

  constructor(definition: TableDefinition, client: string) {
    this.definition = definition;
    this.columns = definition.fields.map(
      (field) => new Column(field, field.name === definition.clientField ? client : initialValue(field)),
    );
    this.positions = new Map(definition.fields.map((field, index) => [field.name, index]));
    this.keyFields = definition.fields.filter((field) => field.isKey && field.name !== definition.clientField);
  }

  get rowCount(): number {
    return this.rowByKey.size;
  }

  column(name: string): Column | undefined {
    const position = this.positions.get(name);
    return position === undefined ? undefined : this.columns[position];
  }

  /** Throws RowRefused when the row cannot stand in this table; changes nothing. */
  check(row: EccRow): void {
    for (const [name, value] of Object.entries(row)) this.checkedColumn(name, value);
  }

  keyOf(row: EccRow): string {
    let key = "";
    for (const field of this.keyFields) key += (row[field.name] ?? initialValue(field)).padEnd(field.length);
    return key;
  }

  insert(row: EccRow): void {
    const key = this.keyOf(row);
    if (this.rowByKey.has(key))
      throw new RowRefused(
        `${this.definition.name}: a row with the key ${this.keyText(row)} is there already; remove one of the two`,
      );
    const codes = this.codesOf(row);
    this.write(this.rowsEver, codes);
    this.rowByKey.set(key, this.rowsEver);
    this.rowsEver += 1;
    this.sortedKeys = undefined;
  }

  /** Replaces the row of that key; fields that are not named become initial. */
  upsert(row: EccRow): void {
    const existing = this.rowByKey.get(this.keyOf(row));
    if (existing === undefined) {
      this.insert(row);
      return;
    }
    const codes = this.codesOf(row);
    for (const column of this.columns) column.set(existing, 0);
    this.write(existing, codes);
  }

  /** Sets the named fields of an existing row and leaves the others. */
  patch(row: EccRow): void {
    const existing = this.rowByKey.get(this.keyOf(row));
    if (existing === undefined)
      throw new RowRefused(`${this.definition.name}: no row with the key ${this.keyText(row)} to patch`);
    this.write(existing, this.codesOf(row));
  }

  /** False when there was no such row. */
  remove(row: EccRow): boolean {
    const wasThere = this.rowByKey.delete(this.keyOf(row));
    if (wasThere) this.sortedKeys = undefined;
    return wasThere;
  }

  has(row: EccRow): boolean {
    return this.rowByKey.has(this.keyOf(row));
  }

  /** Row numbers, each once, in no order to rely on. */
  rows(ranges?: readonly KeyRange[]): number[] {
    if (ranges === undefined) return [...this.rowByKey.values()];
    const keys = this.sorted();
    const found: number[] = [];
    for (const range of ranges) {
      for (let index = lowerBound(keys, range.from); index < keys.length; index += 1) {
        const key = keys[index];
        if (key === undefined || (range.to !== undefined && key >= range.to)) break;
        const row = this.rowByKey.get(key);
        if (row !== undefined) found.push(row);
      }
    }
    return found;
  }

  /** The row as world.ts writes it, initial fields left out; for the control door and tests. */
  rowAt(row: number): EccRow {
    const entries = this.columns
      .filter((column) => column.codeAt(row) !== 0)
      .map((column) => [column.field.name, column.valueAt(row)] as const);
    return Object.fromEntries(entries);
  }

  private sorted(): string[] {
    this.sortedKeys ??= [...this.rowByKey.keys()].sort();
    return this.sortedKeys;
  }

  private keyText(row: EccRow): string {
    return this.keyFields.map((field) => `${field.name}=${row[field.name] ?? initialValue(field)}`).join(", ");
  }

  private checkedColumn(name: string, value: unknown): Column {
    const { definition } = this;
    const column = this.column(name);
    if (column === undefined)
      throw new RowRefused(`field ${name}, value ${JSON.stringify(value)}: table ${definition.name} has no such field`);
    if (name === definition.clientField) throw new RowRefused(`field ${name}: leave the client out, the server adds it`);
    if (typeof value !== "string") throw new RowRefused(`field ${name}, value ${JSON.stringify(value)}: must be text in quotes`);
    if (column.knownCode(value) !== undefined) return column;
    const objection = objectionTo(column.field, value);
    if (objection !== undefined) throw new RowRefused(`field ${name}, value ${JSON.stringify(value)}: ${objection}`);
    return column;
  }

  private codesOf(row: EccRow): [Column, number][] {
    const codes: [Column, number][] = [];
    for (const name in row) {
      const value = row[name] ?? "";
      const column = this.checkedColumn(name, value);
      codes.push([column, column.knownCode(value) ?? column.intern(value)]);
    }
    return codes;
  }

  private write(row: number, codes: readonly [Column, number][]): void {
    for (const [column, code] of codes) column.set(row, code);
  }
}

function lowerBound(keys: readonly string[], target: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < target) low = middle + 1;
    else high = middle;
  }
  return low;
}
