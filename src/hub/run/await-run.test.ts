import { describe, expect, it } from "vitest";
import { VirtualTime } from "../../../test/support/virtual-time.ts";
import { type Store, StoreFault } from "../../store/index.ts";
import { awaitRun } from "./await-run.ts";

const silent = () => new StoreFault("unreachable", "the database does not answer.", "Wait.");

/** A store that answers its looks one after the other; the last answer stays. */
function answering(time: VirtualTime, answers: readonly (Error | { state: string }[])[]) {
  let looks = 0;
  const transact = () => {
    const answer = answers[Math.min(looks, answers.length - 1)];
    looks += 1;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ rows: answer?.map(runRow) });
  };
  const context = { store: { transact } as unknown as Store, clock: time, tenant: "t" };
  return { wait: () => time.pass(awaitRun(context, "1")), looks: () => looks };
}

const runRow = ({ state }: { state: string }) => ({
  run: "1",
  connection: "main",
  state,
  flow: null,
  stage: null,
  mode: "delta",
  code: null,
  detail: null,
  diagnostics: null,
  started_at: new Date(0),
  finished_at: null,
  summary: {},
  readings: null,
  calls: 0n,
  rows_read: 0n,
  call_ms: 0n,
  slices: 0n,
  same: 0n,
  functions: null,
  readers: null,
});

describe("waiting for a run", () => {
  it("ends with the run", async () => {
    const { wait, looks } = answering(new VirtualTime(0), [[{ state: "open" }], [{ state: "open" }], [{ state: "paused" }]]);
    expect(await wait()).toMatchObject({ run: "1", state: "paused" });
    expect(looks()).toBe(3);
  });

  it("goes on where the database does not answer for a while", async () => {
    const { wait } = answering(new VirtualTime(0), [[{ state: "open" }], silent(), silent(), [{ state: "finished" }]]);
    expect(await wait()).toMatchObject({ state: "finished" });
  });

  it("ends with what the database said when it stays silent for two minutes", async () => {
    const time = new VirtualTime(0);
    const { wait } = answering(time, [[{ state: "open" }], silent()]);
    await expect(wait()).rejects.toMatchObject({ code: "store.unavailable" });
    expect(time.now()).toBeGreaterThan(120_000);
    expect(time.now()).toBeLessThan(130_000);
  });

  it("throws at once what is no silence", async () => {
    const { wait, looks } = answering(new VirtualTime(0), [new TypeError("no column")]);
    await expect(wait()).rejects.toThrow("no column");
    expect(looks()).toBe(1);
  });

  it("refuses a run that does not exist", async () => {
    const { wait } = answering(new VirtualTime(0), [[]]);
    await expect(wait()).rejects.toMatchObject({ code: "config.invalid" });
  });
});
