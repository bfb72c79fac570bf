/**
 * A table of the simulated Procore: records by id, with named indexes, in order of creation. Records are replaced, never edited, so an
 * index can tell what moved. Every change is reported to the world, which writes it to the journal before the request is answered.
 */
export type Identified = { readonly id: number };
export type Key = string | number | undefined;

type Index<T> = { keyOf: (record: T) => Key; entries: Map<string | number, Map<number, T>> };

export class Table<T extends Identified, I extends string> {
  readonly name: string;
  readonly #records = new Map<number, T>();
  readonly #indexes: ReadonlyMap<string, Index<T>>;
  readonly #changed: (before: T | undefined, after: T | undefined) => void;

  constructor(
    name: string,
    indexes: Readonly<Record<I, (record: T) => Key>>,
    changed: (before: T | undefined, after: T | undefined) => void,
  ) {
    this.name = name;
    this.#changed = changed;
    this.#indexes = new Map(
      Object.entries<(record: T) => Key>(indexes).map(([index, keyOf]) => [index, { keyOf, entries: new Map() }]),
    );
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: number | undefined): T | undefined {
    return id === undefined ? undefined : this.#records.get(id);
  }

  all(): Iterable<T> {
    return this.#records.values();
  }

  by(index: I, key: string | number): Iterable<T> {
    return this.#indexes.get(index)?.entries.get(key)?.values() ?? [];
  }

  keys(index: I): Iterable<string | number> {
    return this.#indexes.get(index)?.entries.keys() ?? [];
  }

  first(index: I, key: string | number): T | undefined {
    for (const record of this.by(index, key)) return record;
    return undefined;
  }

  put(record: T): T {
    const before = this.#records.get(record.id);
    this.#records.set(record.id, record);
    for (const index of this.#indexes.values()) reindex(index, before, record);
    this.#changed(before, record);
    return record;
  }

  remove(id: number): void {
    const before = this.#records.get(id);
    if (before === undefined) return;
    this.#records.delete(id);
    for (const index of this.#indexes.values()) reindex(index, before, undefined);
    this.#changed(before, undefined);
  }
}

function reindex<T extends Identified>(index: Index<T>, before: T | undefined, after: T | undefined): void {
  const old = before === undefined ? undefined : index.keyOf(before);
  const key = after === undefined ? undefined : index.keyOf(after);
  if (before !== undefined && old !== undefined && old !== key) {
    const bucket = index.entries.get(old);
    bucket?.delete(before.id);
    if (bucket?.size === 0) index.entries.delete(old);
  }
  if (after === undefined || key === undefined) return;
  const bucket = index.entries.get(key);
  if (bucket === undefined) index.entries.set(key, new Map([[after.id, after]]));
  else bucket.set(after.id, after);
}
