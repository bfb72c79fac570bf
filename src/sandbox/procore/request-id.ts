/** The `x-request-id` of an answer, in the shape of a UUID, from the injected randomness. */
import type { Random } from "../../ports/index.ts";

export function randomId(random: Random): string {
  const hex = Buffer.from(random.bytes(16)).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
