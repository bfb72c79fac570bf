/**
 * Row order differs at every call, because no order is promised (sap-rfc 1.8). One draw from the injected randomness seeds a small
 * generator (xorshift32), so a simulation replays it and 200,000 rows cost no 200,000 draws.
 */
import type { Random } from "../../ports/index.ts";

/** Integers only, the same on every machine. The state must not begin as 0. */
export function xorshift32(begin: number): () => number {
  let state = begin;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

/** Shuffles in place as far as the first `needed` places; what stands behind them is not looked at. */
export function shuffleFirst(rows: number[], needed: number, random: Random): void {
  const next = xorshift32((Math.floor(random.fraction() * 0xffff_ffff) | 1) >>> 0);
  const places = Math.min(needed, rows.length - 1);
  for (let index = 0; index < places; index += 1) {
    const other = index + (next() % (rows.length - index));
    const row = rows[index] ?? 0;
    rows[index] = rows[other] ?? 0;
    rows[other] = row;
  }
}
