/** A listing of Procore's, whole or not at all: what was counted and not listed makes the rest worth nothing. */
import { describeFault, type Listing } from "../../procore/index.ts";

export async function readWhole<T>(listing: Listing<T>): Promise<{ items: readonly T[] } | { problem: string }> {
  const content = await listing.read();
  if (!content.ok) return { problem: describeFault(content.error) };
  const { items, total, isComplete } = content.value;
  return isComplete ? { items } : { problem: `Procore counted ${total} records and listed ${items.length}` };
}
