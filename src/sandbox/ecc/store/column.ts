/**
 * One field of one table, dictionary-encoded: the distinct values once, and a code per row. That keeps 200,000 accounting lines
 * small, and lets a WHERE condition or a cell be computed once per distinct value instead of once per row. Code 0 is the initial value.
 */
import { cellText } from "../cell.ts";
import type { Field } from "../dictionary/index.ts";

const none = new Uint32Array(0);

export class Column {
  readonly field: Field;
  readonly values: string[];
  private readonly codeByValue = new Map<string, number>();
  private readonly cells: string[] = [];
  private codes: Uint32Array = none;

  constructor(field: Field, initial: string) {
    this.field = field;
    this.values = [initial];
    this.codeByValue.set(initial, 0);
  }

  /** Undefined until the value has been interned: the caller checks new values only. */
  knownCode(value: string): number | undefined {
    return this.codeByValue.get(value);
  }

  intern(value: string): number {
    const code = this.values.length;
    this.values.push(value);
    this.codeByValue.set(value, code);
    return code;
  }

  set(row: number, code: number): void {
    if (row >= this.codes.length) {
      if (code === 0) return;
      const grown = new Uint32Array(Math.max(1024, 2 ** Math.ceil(Math.log2(row + 1))));
      grown.set(this.codes);
      this.codes = grown;
    }
    this.codes[row] = code;
  }

  codeAt(row: number): number {
    return this.codes[row] ?? 0;
  }

  valueAt(row: number): string {
    return this.values[this.codes[row] ?? 0] ?? "";
  }

  cellAt(row: number): string {
    const code = this.codes[row] ?? 0;
    const known = this.cells[code];
    if (known !== undefined) return known;
    const made = cellText(this.field, this.values[code] ?? "");
    this.cells[code] = made;
    return made;
  }
}
