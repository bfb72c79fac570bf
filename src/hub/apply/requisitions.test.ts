import { describe, expect, it } from "vitest";
import { choosePeriod } from "./requisitions.ts";

const period = (id: number, month: string, status = "open") => ({
  id,
  startDate: `2026-${month}-01`,
  endDate: `2026-${month}-28`,
  dueDate: null,
  status,
});

describe("the billing period of a requisition", () => {
  it("is the open one, whatever the billing date", () => {
    expect(choosePeriod([period(1, "09", "closed"), period(2, "10")], "2026-09-10")?.id).toBe(2);
  });

  it("is of several open ones the one that holds the billing date, else the last", () => {
    const open = [period(3, "11"), period(1, "09"), period(2, "10")];
    expect(choosePeriod(open, "2026-10-28")?.id).toBe(2);
    expect(choosePeriod(open, "2026-08-01")?.id).toBe(3);
    expect(choosePeriod(open, undefined)?.id).toBe(3);
  });

  it("is none where none is open", () => {
    expect(choosePeriod([period(1, "10", "closed")], "2026-10-10")).toBeUndefined();
    expect(choosePeriod([], "2026-10-10")).toBeUndefined();
  });
});
