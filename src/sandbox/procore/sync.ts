/**
 * `PATCH …/sync`, the table of procore 3 [A] exactly: always 200, up to 1000 rows, not transactional, `entities` in an order that is
 * not promised (so: shuffled), `errors` carrying the submitted attributes. A row without id and origin_id always creates.
 */
import type { Call, Reply } from "./exchange.ts";
import { dealFates, distort, type Fate } from "./fates.ts";
import { type FieldErrors, malformed, Refusal } from "./refusal.ts";
import { integerOf, isRow, type Row, textIn } from "./values.ts";

const rowsMax = 1000;

export type SyncRules<T> = {
  /** Only what this caller may see. */
  byId(id: number): T | undefined;
  byOrigin(originId: string): T | undefined;
  create(row: Row): T;
  update(record: T, row: Row): T;
  show(record: T): unknown;
  /** Some creates must name something; the row is refused with this before anything else is looked at. */
  refuse?(row: Row): FieldErrors | undefined;
};

export function syncRows<T>(call: Call, rules: SyncRules<T>): Reply {
  const updates = demandUpdates(call);
  const seen = new Set<string>();
  return { status: 200, body: settleEach(call, updates, (row) => settleRow(call, rules, row, seen), rules.show) };
}

export function demandUpdates(call: Call): readonly unknown[] {
  const { updates } = call.body;
  if (!Array.isArray(updates)) throw malformed("param is missing or the value is empty: updates");
  if (updates.length > rowsMax) throw new Refusal(413, { base: [`No more than ${rowsMax} updates are allowed`] }, "doc");
  return updates;
}

/** Each row on its own: what is refused leaves nothing behind and stands in `errors` with what was submitted. */
export function settleEach<T>(
  call: Call,
  rows: readonly unknown[],
  settle: (row: unknown) => T,
  show: (record: T) => unknown,
): { entities: unknown[]; errors: Row[] } {
  const fates = dealFates(call.request.bulk, rows.length);
  const done: { record: T; fate: Fate }[] = [];
  const errors: Row[] = [];
  for (const [index, row] of rows.entries()) {
    const fate = fates[index] ?? "done";
    if (fate === "lost") continue;
    const savepoint = call.world.savepoint();
    try {
      if (fate === "refused") throw new Refusal(422, { base: ["could not be saved"] });
      done.push({ record: settle(row), fate });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      call.world.rollBackTo(savepoint);
      errors.push({ ...(isRow(row) ? row : {}), errors: error.fields });
    }
  }
  const entities = shuffled(call, done).flatMap(({ record, fate }) => distort(show(record), fate));
  return { entities, errors };
}

function settleRow<T>(call: Call, rules: SyncRules<T>, row: unknown, seen: Set<string>): T {
  if (!isRow(row)) throw new Refusal(422, { base: ["must be an object"] });
  const refusal = rules.refuse?.(row);
  if (refusal !== undefined) throw new Refusal(422, refusal);
  const origin = textIn(row, "origin_id");
  if (typeof origin === "string" && origin !== "") {
    // procore 7.11: undocumented.
    if (seen.has(origin) && call.world.switches.duplicateInBatch === "second-is-error") {
      throw new Refusal(422, { origin_id: ["has already been taken"] });
    }
    seen.add(origin);
  }
  if (row.id !== undefined && row.id !== null) {
    const id = integerOf(row.id);
    const record = id === undefined ? undefined : rules.byId(id);
    if (record === undefined) throw new Refusal(422, { id: ["Entity with this ID not found"] });
    return rules.update(record, row);
  }
  const found = typeof origin === "string" && origin !== "" ? rules.byOrigin(origin) : undefined;
  return found === undefined ? rules.create(row) : rules.update(found, row);
}

function shuffled<T>(call: Call, items: T[]): T[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(call.random.fraction() * (last + 1));
    const [a, b] = [items[last], items[other]];
    if (a !== undefined && b !== undefined) {
      items[last] = b;
      items[other] = a;
    }
  }
  return items;
}
