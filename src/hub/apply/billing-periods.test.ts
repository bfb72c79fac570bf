import { describe, expect, it } from "vitest";
import { compileVariant, Fault, ok, type VariantRow } from "../../core/index.ts";
import type { BillingPeriod } from "../../procore/index.ts";
import { createOnce } from "../context.ts";
import { monthsOnly } from "../schedule/compile.ts";
import { choosePeriod, findPeriod, standsInTheWay, wantedPeriod } from "./billing-periods.ts";
import type { CallScope } from "./handler.ts";

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

const july: VariantRow = { PERIV: "V6", XKALE: "", XJABH: "", ANZBP: "012", ANZSP: "04" };
/** Periods that end on the 25th. */
const by25 = compileVariant(
  july,
  Array.from({ length: 13 }, (_, index) => ({
    PERIV: "V6",
    BDATJ: "0000",
    BUMON: String(Math.min(index + 1, 12)).padStart(2, "0"),
    BUTAG: index === 12 ? "31" : "25",
    POPER: String((index % 12) + 1).padStart(3, "0"),
    RELJR: index === 12 ? "+1" : "0",
  })),
);

describe("the period that is wanted", () => {
  it("is the month of the billing date, or the fiscal period", () => {
    expect(wantedPeriod(monthsOnly, "2028-02-11")).toEqual({ start_date: "2028-02-01", end_date: "2028-02-29" });
    expect(wantedPeriod(by25, "2026-10-25")).toEqual({ start_date: "2026-09-26", end_date: "2026-10-25" });
    expect(wantedPeriod(by25, "2026-12-30")).toEqual({ start_date: "2026-12-26", end_date: "2027-01-25" });
    expect(wantedPeriod(monthsOnly, "no day")).toBeUndefined();
  });

  const wanted = { start_date: "2026-10-01", end_date: "2026-10-31" };
  const closed = (startDate: string | null, endDate: string | null) => ({ ...period(1, "10", "closed"), startDate, endDate });

  it.each([
    ["nothing", closed("2026-09-01", "2026-09-30")],
    ["nothing", closed("2026-11-01", "2026-11-30")],
    ["the billing period 2026-10-01 to 2026-10-31 is closed", closed("2026-10-01", "2026-10-31")],
    ["2026-10-01 to 2026-10-31 overlaps the closed billing period 2026-09-15 to 2026-10-01", closed("2026-09-15", "2026-10-01")],
    ["2026-10-01 to 2026-10-31 overlaps the closed billing period 2026-10-31 to 2026-11-15", closed("2026-10-31", "2026-11-15")],
    ["2026-10-01 to 2026-10-31 overlaps the closed billing period 2026-01-01 to ?", closed("2026-01-01", null)],
  ])("finds %s in its way", (expected, other) => {
    const way = standsInTheWay([other], wanted);
    const said = way && !way.ok && way.error.kind === "none" ? way.error.detail : undefined;
    expect(said ?? "nothing").toBe(expected);
  });

  it("is not wanted where one is open, whichever it is", () => {
    expect(standsInTheWay([closed("2026-10-01", "2026-10-31"), period(2, "06")], wanted)).toMatchObject({ value: { id: 2 } });
  });
});

describe("opening it", () => {
  type Outcome = Awaited<ReturnType<CallScope["connection"]["procore"]["billingPeriods"]["create"]>>;
  const fault = { code: "procore.timeout", endpoint: "POST", detail: "no answer", complaints: [] } as never;
  const made = { ...period(9, "10"), startDate: "2026-10-01", endDate: "2026-10-31" };

  /** `lists` are what Procore shows, one listing after the other. */
  function scopeOf(lists: BillingPeriod[][], outcome: unknown, policy: object = { policy: "create" }) {
    const log: string[] = [];
    const billingPeriods = {
      list: () => ({
        all: async () => {
          log.push("list");
          return ok(lists.length > 1 ? lists.shift() : lists[0]);
        },
      }),
      create: async (_project: number, body: { start_date: string; end_date: string; due_date: string }): Promise<Outcome> => {
        log.push(`create ${body.start_date} ${body.end_date} due ${body.due_date}`);
        return outcome as Outcome;
      },
    };
    const settings = { invoices: { billingPeriods: { policy: "hold", projects: {}, dueDays: 5, ...policy } } };
    const scope = {
      connection: { settings, calendar: async () => monthsOnly, procore: { billingPeriods } },
      projectId: 810,
      once: createOnce(),
      options: {},
      settle: async () => void log.push("settle"),
    } as unknown as CallScope;
    return { scope, log };
  }

  it("reads before it writes, once for all that follow", async () => {
    const { scope, log } = scopeOf([[]], { kind: "answered", body: made });
    expect(await findPeriod(scope, "2026-10-10")).toMatchObject({ value: { id: 9 } });
    expect(await findPeriod(scope, "2026-11-10")).toMatchObject({ value: { id: 9 } });
    expect(log).toEqual(["list", "list", "create 2026-10-01 2026-10-31 due 2026-11-05"]);
  });

  it("is not opened where no calendar knows the day: the requisition waits and says why, the run goes on", async () => {
    const { scope, log } = scopeOf([[]], { kind: "answered", body: made });
    const gap = new Fault("calendar.gap", { place: "fiscal year variant W4", detail: "no period has the day 2026-10-10" });
    Object.assign(scope.connection, { calendar: () => Promise.reject(gap) });
    const found = await findPeriod(scope, "2026-10-10");
    expect(found.ok || found.error).toMatchObject({
      kind: "none",
      detail: expect.stringContaining("no period has the day 2026-10-10"),
    });
    expect(log).toEqual(["list"]);
    Object.assign(scope.connection, { calendar: () => Promise.reject(new Error("a defect")) });
    await expect(findPeriod(scope, "2026-10-10")).rejects.toThrow("a defect");
  });

  it("leaves alone what somebody opened meanwhile", async () => {
    const { scope, log } = scopeOf([[], [period(3, "12")]], undefined);
    expect(await findPeriod(scope, "2026-10-10")).toMatchObject({ value: { id: 3 } });
    expect(log).toEqual(["list", "list"]);
  });

  it.each([
    [{ policy: "hold" }, []],
    [{ policy: "create", projects: { 810: "hold" } }, []],
    [{ policy: "hold", projects: { 810: "create" } }, ["list", "create 2026-10-01 2026-10-31 due 2026-11-05"]],
    [{ policy: "hold", projects: { 811: "create" } }, []],
  ])("is the project's policy: %j", async (policy, rest) => {
    const { scope, log } = scopeOf([[]], { kind: "answered", body: made }, policy);
    const found = await findPeriod(scope, "2026-10-10");
    expect(log).toEqual(["list", ...rest]);
    expect(found.ok || found.error).toEqual(
      rest.length > 0 || { kind: "none", detail: "project 810 has no open billing period" },
    );
  });

  it("after doubt waits until it can no longer land and looks; only then is it tried again", async () => {
    const found = scopeOf([[], [], [made]], { kind: "unknown", fault });
    expect(await findPeriod(found.scope, "2026-10-10")).toMatchObject({ value: { id: 9 } });
    expect(found.log.slice(-2)).toEqual(["settle", "list"]);
    const absent = scopeOf([[]], { kind: "unknown", fault });
    expect(await findPeriod(absent.scope, "2026-10-10")).toMatchObject({ error: { kind: "failed", fault } });
    expect(absent.log.slice(-2)).toEqual(["settle", "list"]);
    await findPeriod(absent.scope, "2026-10-10");
    expect(absent.log.filter((each) => each.startsWith("create"))).toHaveLength(2);
  });

  it("is refused by name, waits for quota, and is tried again where it never left", async () => {
    const at = (outcome: unknown) => findPeriod(scopeOf([[]], outcome).scope, "2026-10-10");
    expect(await at({ kind: "refused", fault })).toMatchObject({
      error: { kind: "none", detail: "Procore does not open 2026-10-01 to 2026-10-31: no answer" },
    });
    expect(await at({ kind: "throttled", fault, waitMs: 7 })).toMatchObject({ error: { kind: "failed", waitMs: 7 } });
    expect(await at({ kind: "notSent", fault })).toMatchObject({ error: { kind: "failed", fault } });
  });
});
