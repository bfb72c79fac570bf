/**
 * What a requisition bills by line, as we sent it and as Procore shows it, in one form. Procore shows every line of the contract and names its fields
 * otherwise, so field by field the two never agree; a line that bills nothing is none. Pure.
 */
import type { Held } from "./find-edits.ts";

type Amounts = { work: unknown; retained: unknown; released: unknown };

const isNothing = (amount: string) => /^-?[0.]*$/.test(amount);
/** `40.10` and `40.1` are one amount. */
const plain = (amount: unknown) => (typeof amount === "string" ? amount : "0").replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

function lineText(line: unknown, { work, retained, released }: Amounts): string[] {
  const [billed, kept, given] = [plain(work), plain(retained), plain(released)];
  if (isNothing(billed) && isNothing(kept) && isNothing(given)) return [];
  const parts = [billed, ...(isNothing(kept) ? [] : [`${kept} retained`]), ...(isNothing(given) ? [] : [`${given} released`])];
  return [`line ${typeof line === "number" ? line : "unknown"}: ${parts.join(", ")}`];
}

const isHeld = (item: unknown): item is Held => typeof item === "object" && item !== null;
const itemsOf = (items: unknown): readonly Held[] => (Array.isArray(items) ? items.filter(isHeld) : []);
const textOf = (lines: readonly string[]) => [...lines].sort().join("; ");

/** `items.<n>` has the Procore id of the contract line that the n-th item bills. */
export function sentItems(body: Readonly<Record<string, unknown>>): string {
  return textOf(
    itemsOf(body["items"]).flatMap((item, index) =>
      lineText(body[`items.${index}`], {
        work: item["work_completed_this_period"],
        retained: item["work_completed_retainage_retained_this_period"],
        released: item["work_completed_retainage_released_this_period"],
      }),
    ),
  );
}

export function shownItems(entity: Held): string {
  return textOf(
    itemsOf(entity["items"]).flatMap((item) =>
      lineText(item["lineItemId"], {
        work: item["workCompletedThisPeriod"],
        retained: item["retainageThisPeriod"],
        released: item["releasedThisPeriod"],
      }),
    ),
  );
}
