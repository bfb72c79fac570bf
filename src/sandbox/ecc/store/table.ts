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
  private readonly columnByName: ReadonlyMap<string, Column>;
  /** Without the client column, which no row may carry. */
  private readonly writable: ReadonlyMap<string, Column>;
  private readonly rowByKey = new Map<string, number>();
  private sortedKeys: string[] | undefined;
  private rowsInOrder: number[] | undefined;
  /** Which key changed as which change; a key that changes again moves to the end. Kept from the first question on. */
  private changeByKey: Map<string, number> | undefined;
  private changesEver = 0;
  private rowsEver = 0;

  constructor(definition: TableDefinition, client: string) {
    this.definition = definition;
    this.columns = definition.fields.map(
      (field) => new Column(field, field.name === definition.clientField ? client : initialValue(field)),
    );
    this.columnByName = new Map(this.columns.map((column) => [column.field.name, column]));
    this.writable = new Map([...this.columnByName].filter(([name]) => name !== definition.clientField));
    this.keyFields = definition.fields.filter((field) => field.isKey && field.name !== definition.clientField);
  }

  get rowCount(): number {
    return this.rowByKey.size;
  }

  column(name: string): Column | undefined {
    return this.columnByName.get(name);
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
    const codes = this.codesOf(row);
    const key = this.keyOf(row);
    if (this.rowByKey.has(key))
      throw new RowRefused(
        `${this.definition.name}: a row with the key ${this.keyText(row)} is there already; remove one of the two`,
      );
    this.write(this.rowsEver, codes);
    this.rowByKey.set(key, this.rowsEver);
    this.rowsEver += 1;
    // Once somebody has asked by key, one row more costs a shift of the list and not a new sort of it.
    this.sortedKeys?.splice(lowerBound(this.sortedKeys, key), 0, key);
    this.rowsInOrder = undefined;
    this.noteChange(key);
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
    this.noteChange(this.keyOf(row));
  }

  /** Sets the named fields of an existing row and leaves the others. */
  patch(row: EccRow): void {
    const existing = this.rowByKey.get(this.keyOf(row));
    if (existing === undefined)
      throw new RowRefused(`${this.definition.name}: no row with the key ${this.keyText(row)} to patch`);
    this.write(existing, this.codesOf(row));
    this.noteChange(this.keyOf(row));
  }

  /** False when there was no such row. */
  remove(row: EccRow): boolean {
    const key = this.keyOf(row);
    const wasThere = this.rowByKey.delete(key);
    if (!wasThere) return false;
    this.sortedKeys?.splice(lowerBound(this.sortedKeys, key), 1);
    this.rowsInOrder = undefined;
    this.noteChange(key);
    return true;
  }

  has(row: EccRow): boolean {
    return this.rowByKey.has(this.keyOf(row));
  }

  /** The row of that whole key. */
  rowOf(row: EccRow): number | undefined {
    return this.rowByKey.get(this.keyOf(row));
  }

  /** All row numbers by primary key. The list is the table's own. */
  inKeyOrder(): readonly number[] {
    this.rowsInOrder ??= this.sorted().map((key) => this.rowByKey.get(key) ?? 0);
    return this.rowsInOrder;
  }

  /** How many changes there have been since somebody first asked, and from then on which. */
  changeCount(): number {
    this.changeByKey ??= new Map();
    return this.changesEver;
  }

  /** Padded keys that changed after the first `count` changes, each once, the last change last, with their rows; none is a deletion. */
  changedSince(count: number): { key: string; row: number | undefined }[] {
    const changed = [...(this.changeByKey ?? [])].filter(([, change]) => change > count);
    return changed.map(([key]) => ({ key, row: this.rowByKey.get(key) }));
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

  /** The padded key of a stored row. */
  keyAt(row: number): string {
    let key = "";
    for (const field of this.keyFields) key += (this.columnByName.get(field.name)?.valueAt(row) ?? "").padEnd(field.length);
    return key;
  }

  /** In place, as ORDER BY PRIMARY KEY would. */
  sortByKey(rows: number[]): void {
    const keys = new Map(rows.map((row) => [row, this.keyAt(row)]));
    rows.sort((left, right) => ((keys.get(left) ?? "") < (keys.get(right) ?? "") ? -1 : 1));
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

  private noteChange(key: string): void {
    if (this.changeByKey === undefined) return;
    this.changesEver += 1;
    this.changeByKey.delete(key);
    this.changeByKey.set(key, this.changesEver);
  }

  private keyText(row: EccRow): string {
    return this.keyFields.map((field) => `${field.name}=${row[field.name] ?? initialValue(field)}`).join(", ");
  }

  private checkedColumn(name: string, value: unknown): Column {
    const { definition } = this;
    const shown = `field ${name}, value ${JSON.stringify(value)}`;
    if (name === definition.clientField) throw new RowRefused(`${shown}: leave the client out, the server adds it`);
    const column = this.writable.get(name);
    if (column === undefined) throw new RowRefused(`${shown}: table ${definition.name} has no such field`);
    if (typeof value !== "string") throw new RowRefused(`${shown}: must be text in quotes`);
    const objection = column.knownCode(value) === undefined ? objectionTo(column.field, value) : undefined;
    if (objection !== undefined) throw new RowRefused(`${shown}: ${objection}`);
    return column;
  }

  private codesOf(row: EccRow): [Column, number][] {
    const codes: [Column, number][] = [];
    for (const name in row) {
      const value = row[name];
      const column = this.writable.get(name);
      const code = value === undefined ? undefined : column?.knownCode(value);
      if (column !== undefined && code !== undefined) codes.push([column, code]);
      else {
        const checked = this.checkedColumn(name, value);
        codes.push([checked, checked.intern(value ?? "")]);
      }
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
