/** ULIDs: 48 bits of time and 80 of chance in Crockford's base 32, 26 characters. */
import type { Clock, Random } from "../../ports/index.ts";

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export function ulid(clock: Clock, random: Random): string {
  let bits = BigInt(clock.now());
  for (const byte of random.bytes(10)) bits = (bits << 8n) | BigInt(byte);
  let text = "";
  for (let place = 0; place < 26; place += 1) {
    text = `${alphabet[Number(bits & 31n)]}${text}`;
    bits >>= 5n;
  }
  return text;
}
