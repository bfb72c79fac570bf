/** An expected outcome, good or not, as a value. Faults are typed errors; bugs are assertions (style 15). */
export type Ok<T> = { readonly ok: true; readonly value: T };
export type Err<E> = { readonly ok: false; readonly error: E };
export type Result<T, E> = Ok<T> | Err<E>;

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function err<E>(error: E): Err<E> {
  return { ok: false, error };
}

/** An assertion that stays on: a broken one is a bug of ours, never bad input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
}

/** For the last branch of an exhaustive `switch`. */
export function unreachable(value: never): never {
  throw new Error(`Assertion failed: unexpected case ${JSON.stringify(value)}`);
}
