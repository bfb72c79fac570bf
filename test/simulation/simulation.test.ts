// What the simulation itself stands on: time that passes in one order, processes that are gone when they are dead, faults that come when they are due,
// and watches that see. Whether the auditor sees is proven by mutants, in `npm run test:exactly-once`.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Actor, Died } from "./actor.ts";
import { createDice } from "./dice.ts";
import { invoiceFate } from "./fates.ts";
import { drawFaults, Faults, faultNames } from "./faults.ts";
import { Firm } from "./firm.ts";
import { inChain } from "./invoices.ts";
import { mutants } from "./mutants.ts";
import { Scheduler } from "./scheduler.ts";
import { Watch } from "./watch.ts";
import { WriteWatch } from "./write-watch.ts";

const actorOf = (scheduler: Scheduler) => new Actor({ name: "one", seed: 1, scheduler, wallMs: () => 0 });

describe("the scheduler", () => {
  it("lets things happen by their moment, then by their order, whatever they set off", async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    const end = Promise.withResolvers<void>();
    scheduler.after(20, "", () => end.resolve());
    scheduler.after(10, "", async () => {
      seen.push("b");
      await Promise.resolve();
      scheduler.after(1, "", () => void seen.push("d"));
    });
    scheduler.after(10, "", () => void seen.push("c"));
    scheduler.after(5, "", () => void seen.push("a"));
    await scheduler.until(end.promise, 100);
    expect(seen).toEqual(["a", "b", "c", "d"]);
    expect(scheduler.nowMs).toBe(20);
  });

  it("says so when nobody waits for a moment any more, and when it takes too long", async () => {
    await expect(new Scheduler().until(new Promise(() => undefined), 100)).rejects.toThrow("everybody waits");
    const scheduler = new Scheduler();
    scheduler.after(200, "", () => undefined);
    await expect(scheduler.until(new Promise(() => undefined), 100)).rejects.toThrow("not over");
  });

  it("has one trace for one history, and another for another", () => {
    const traceOf = (lines: readonly string[]) => {
      const scheduler = new Scheduler();
      for (const line of lines) scheduler.note(line);
      return scheduler.trace();
    };
    expect(traceOf(["a", "b"])).toBe(traceOf(["a", "b"]));
    expect(traceOf(["a", "b"])).not.toBe(traceOf(["b", "a"]));
  });
});

describe("a process that died", () => {
  it("hears nothing of what it waited for, and gets nothing any more", async () => {
    const scheduler = new Scheduler();
    const actor = actorOf(scheduler);
    const heard: string[] = [];
    void actor.clock.sleep(10).then(() => heard.push("slept"));
    void actor.after(10, "", () => "answer").then((answer) => heard.push(answer));
    actor.die("told to");
    void actor.clock.sleep(1).then(() => heard.push("slept again"));
    const end = Promise.withResolvers<void>();
    scheduler.after(50, "", () => end.resolve());
    await scheduler.until(end.promise, 100);
    expect(heard).toEqual([]);
  });

  it("may die within its own event without holding time up", async () => {
    const scheduler = new Scheduler();
    const actor = actorOf(scheduler);
    void actor.after(10, "", () => {
      actor.die("here");
      throw new Died("here");
    });
    const end = Promise.withResolvers<void>();
    scheduler.after(50, "", () => end.resolve());
    await scheduler.until(end.promise, 100);
    expect(actor.isAlive).toBe(false);
  });
});

describe("faults", () => {
  it("come once, at the passing they are due at", () => {
    const faults = new Faults([{ name: "superseded", at: 3 }], () => undefined);
    expect([1, 2, 3, 4].map(() => faults.pass("superseded"))).toEqual([false, false, true, false]);
    expect(faults.hits).toEqual(["superseded"]);
  });

  it("are three at least, the same for the same seed, and each stands in some seed of a hundred", () => {
    const drawn = Array.from({ length: 100 }, (_, seed) => drawFaults(createDice(seed, "play"), seed));
    for (const each of drawn) expect(each.length).toBeGreaterThanOrEqual(3);
    expect(drawFaults(createDice(7, "play"), 7)).toEqual(drawn[7]);
    expect(new Set(drawn.flat().map(({ name }) => name))).toEqual(new Set(faultNames));
  });
});

describe("the firm", () => {
  it("has at least a hundred atoms in three projects, and documents that balance", () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const firm = new Firm(seed, () => undefined);
      firm.found();
      expect(firm.atomCount()).toBeGreaterThanOrEqual(100);
      firm.workOn("20260929");
      const used = firm.documents.flatMap(({ lines }) => lines.flatMap(({ element }) => element?.project ?? []));
      expect(new Set(used).size).toBe(3);
      for (const { lines } of firm.documents) expect(lines.reduce((sum, { minor }) => sum + minor, 0n)).toBe(0n);
    }
  });
});

describe("invoices", () => {
  /** Those of many firms after a day's work. */
  const invoices = Array.from({ length: 20 }, (_, seed) => {
    const firm = new Firm(seed, () => undefined);
    firm.found();
    firm.workOn("20260929");
    return firm.invoices.all;
  }).flat();

  it("come to every end: billed, waiting, taken back before they were billed and after", () => {
    const ends = new Set(
      invoices.map((each) => `${each.cancels ? "cancelling" : each.cancelledBy ? "cancelled" : "plain"} ${invoiceFate(each)}`),
    );
    expect([...ends].sort()).toEqual([
      "cancelled excluded",
      "cancelled in",
      "cancelling excluded",
      "cancelling held",
      "plain held",
      "plain in",
    ]);
  });

  it("stand in a chain by the sync that billed them first, then by their posting", () => {
    const [first, second] = invoices;
    if (!first || !second) throw new Error("there are invoices");
    const { billedOn: _billedOn, ...unbilled } = first;
    const late = { ...unbilled, belnr: "1", postedOn: "20260101" };
    const earlier = { ...second, postedOn: "20260701", billedOn: 1 };
    const later = { ...second, belnr: "3", postedOn: "20260801", billedOn: 1 };
    expect([late, later, earlier].sort(inChain).map(({ postedOn }) => postedOn)).toEqual(["20260701", "20260801", "20260101"]);
  });
});

describe("the watches", () => {
  const vendor = (id: number, originId: string) => ["vendors", id, { id, originId }] as const;

  it("see a record twice, one that is gone, and a posted line that changes", () => {
    const watch = new Watch();
    const line = (amount: string) => ["directCostLines", 5, { id: 5, originId: "L", amount }] as const;
    watch.journal.append([vendor(1, "A"), vendor(1, "A"), line("1.0")]);
    expect(watch.violations).toEqual([]);
    watch.journal.append([vendor(2, "A")]);
    watch.journal.append([["vendors", 2, null]]);
    watch.journal.append([line("2.0")]);
    expect(watch.violations).toHaveLength(3);
  });

  const path = "/rest/v1.0/vendors/sync";
  const body = (name: string) => JSON.stringify({ updates: [{ origin_id: "A", name }] });

  it("let the same content go again after a refusal or a look, and not otherwise", () => {
    const watch = new WriteWatch();
    const { rows } = watch.leaves(path, body("x"), false);
    watch.answered(path, rows, 429, "");
    watch.leaves(path, body("x"), false);
    watch.looked("/rest/v1.0/vendors");
    watch.leaves(path, body("x"), false);
    watch.leaves(path, body("y"), false);
    expect(watch.violations).toEqual([]);
    watch.leaves(path, body("y"), false);
    expect(watch.violations).toEqual(["vendors A was sent again unseen"]);
  });

  it("see a requisition that is created before anybody has looked", () => {
    const watch = new WriteWatch();
    const requisition = (id: string) => JSON.stringify({ requisition: { origin_id: id } });
    watch.leaves("/rest/v1.1/requisitions", requisition("A"), false);
    watch.looked("/rest/v1.1/requisitions");
    watch.leaves("/rest/v1.1/requisitions", requisition("B"), false);
    expect(watch.violations).toEqual(["requisitions A was created unseen"]);
  });

  it("see what is sent while an earlier request could still land", () => {
    const watch = new WriteWatch();
    const { landed } = watch.leaves(path, body("x"), true);
    watch.looked("/rest/v1.0/vendors");
    watch.leaves(path, body("x"), false);
    expect(watch.violations).toHaveLength(1);
    landed();
    watch.looked("/rest/v1.0/vendors");
    watch.leaves(path, body("x"), false);
    expect(watch.violations).toHaveLength(1);
  });
});

describe("the mutants", () => {
  it("each fit the code at one place", () => {
    const misfits = mutants.flatMap(({ name, changes }) =>
      changes.flatMap(({ file, from }) => {
        const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
        return text.split(from).length === 2 ? [] : `${name}: ${file}`;
      }),
    );
    expect(misfits).toEqual([]);
  });
});
