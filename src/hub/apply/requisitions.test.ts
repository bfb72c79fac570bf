// What Procore shows of a requisition beside what was sent, line by line: the same in all is not enough.
import { describe, expect, it } from "vitest";
import type { CallScope } from "./handler.ts";
import { requisition } from "./requisitions.ts";

type Shown = { line: number; work?: string; retained?: string; released?: string | null };

const item = ({ line, work = "0.0", retained = "0.0", released = "0.0" }: Shown) => ({
  itemType: "contract_item",
  lineItemId: line,
  workCompletedThisPeriod: work,
  retainageThisPeriod: retained,
  releasedThisPeriod: released,
});
const sent = (released?: string) => ({
  item_type: "contract_item",
  work_completed_this_period: "0.00",
  work_completed_retainage_retained_this_period: "0.00",
  ...(released === undefined ? {} : { work_completed_retainage_released_this_period: released }),
});

async function isAsSent(items: object[], shown: readonly Shown[], amount: string): Promise<boolean> {
  const entity = { id: 1, commitmentId: 91, status: "approved", amount, items: shown.map(item) };
  const requisitions = async () => new Map([["RQ", { kind: "found", entity }]]);
  const connection = { procore: { readBack: { requisitions } } };
  const scope = { connection, projectId: 810, containerId: 91, siblings: [] } as unknown as CallScope;
  const body = { status: "approved", items, "items.0": 71, "items.1": 72 };
  const seen = (await requisition.readBack(scope, [{ originId: "RQ", body }])).get("RQ");
  return seen?.kind === "found" && seen.isAsSent;
}

describe("a release that was looked up", () => {
  const both = [sent("4.00"), sent("1.00")];

  it.each<[boolean, string, readonly Shown[], string]>([
    [
      true,
      "as it was sent",
      [
        { line: 71, released: "4.0" },
        { line: 72, released: "1.00" },
      ],
      "5.0",
    ],
    [
      false,
      "with the lines' releases exchanged",
      [
        { line: 71, released: "1.0" },
        { line: 72, released: "4.0" },
      ],
      "5.0",
    ],
    [false, "with nothing released", [{ line: 71 }, { line: 72, released: null }], "0.0"],
    [
      false,
      "with work",
      [
        { line: 71, released: "4.0", work: "1.0" },
        { line: 72, released: "1.0" },
      ],
      "6.0",
    ],
    [
      false,
      "with more on another line",
      [
        { line: 71, released: "4.0" },
        { line: 72, released: "1.0" },
        { line: 73, released: "2.0" },
      ],
      "7.0",
    ],
  ])("is as sent: %s, %s", async (expected, _how, shown, amount) => {
    expect(await isAsSent(both, shown, amount)).toBe(expected);
  });

  it("is none where nothing was to be released and Procore shows none, in whatever words", async () => {
    const plain = [sent(), sent()];
    expect(await isAsSent(plain, [{ line: 71, released: null }, { line: 72 }], "0.0")).toBe(true);
    expect(
      await isAsSent(
        plain,
        [
          { line: 71, released: "1.0" },
          { line: 72, released: "-1.0" },
        ],
        "0.0",
      ),
    ).toBe(false);
  });
});
