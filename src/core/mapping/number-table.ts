/**
 * A hash table from a key's number to what is kept for it. Keys of digits are most of what is looked up; hashing and comparing a number that
 * was read once costs a third of a look-up by text (measured with `npm run bench:mapping`).
 */
export type NumberTable<Value> = {
  readonly keys: Float64Array;
  readonly values: readonly (Value | undefined)[];
  readonly mask: number;
};

const free = -1;

/** Any whole number below 2^53: the low 32 bits, spread by the golden ratio. */
function slotFor(key: number, mask: number): number {
  const mixed = Math.imul(key | 0, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) & mask;
}

export function numberTable<Value>(entries: readonly (readonly [number, Value])[]): NumberTable<Value> {
  let size = 2;
  while (size < entries.length * 2) size *= 2;
  const keys = new Float64Array(size).fill(free);
  const values: (Value | undefined)[] = Array.from({ length: size }, () => undefined);
  for (const [key, value] of entries) {
    let slot = slotFor(key, size - 1);
    while (keys[slot] !== free && keys[slot] !== key) slot = (slot + 1) & (size - 1);
    keys[slot] = key;
    values[slot] = value;
  }
  return { keys, values, mask: size - 1 };
}

/** At most half of the slots are taken, so that the walk ends. */
export function valueAt<Value>({ keys, values, mask }: NumberTable<Value>, key: number): Value | undefined {
  let slot = slotFor(key, mask);
  for (let found = keys[slot]; found !== free; found = keys[slot]) {
    if (found === key) return values[slot];
    slot = (slot + 1) & mask;
  }
  return undefined;
}
