/** Randomness of the operating system, fit for keys and nonces. Everything outside this folder takes a `Random`. */
import { randomBytes } from "node:crypto";
import type { Random } from "../../ports/index.ts";

/** 2^48 steps of a fraction: six bytes are exact in a double, eight would not be. */
const FRACTION_BYTES = 6;

export const systemRandom: Random = {
  bytes: (count) => new Uint8Array(randomBytes(count)),
  fraction: () => randomBytes(FRACTION_BYTES).readUIntBE(0, FRACTION_BYTES) / 2 ** (8 * FRACTION_BYTES),
};
