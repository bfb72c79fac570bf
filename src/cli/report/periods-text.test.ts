import { describe, expect, it } from "vitest";
import type { PeriodView } from "../../hub/index.ts";
import { periodLines } from "./periods-text.ts";
import { paintWith } from "./text-table.ts";

const paint = paintWith(false);
const view: PeriodView = {
  companyCode: "1000",
  period: "2026.010",
  state: "re-opened",
  since: "2026-11-05T08:30:00.000Z",
  sinceRun: "12",
  closed: { at: "2026-11-04T09:00:00.000Z", by: "SAP T001B", run: "10" },
  late: { lines: 1_234, posted: 1_233, amounts: { USD: "5000.00", EUR: "7.00" } },
};

describe("periods as text", () => {
  it("say the state, the close, and what came later", () => {
    const row = periodLines({ periods: [view], looks: [] }, paint).at(-1);
    for (const text of [
      "re-opened",
      "2026-11-05 08:30",
      "12",
      "2026-11-04 09:00",
      "SAP T001B",
      "1,234",
      "1",
      "5,000.00 USD, 7.00 EUR",
    ])
      expect(row).toContain(text);
  });

  it("say that a period was closed by hand where T001B was not read", () => {
    const byHand = { ...view, state: undefined, since: undefined, sinceRun: undefined };
    expect(periodLines({ periods: [byHand], looks: [] }, paint).at(-1)).toContain("not read");
    expect(periodLines({ periods: [], looks: [] }, paint)).toEqual([expect.stringContaining("No period is known")]);
  });

  it("name a company code that could not be judged", () => {
    const look = { companyCode: "2000", at: "2026-11-05T08:30:00.000Z", run: "12", problem: "calendar.gap: no day" };
    expect(periodLines({ periods: [view], looks: [look] }, paint).at(-1)).toBe(
      "2000 could not be judged on 2026-11-05 08:30: calendar.gap: no day",
    );
  });
});
