/**
 * A run as the agent does it: discovery slices to the last complete leaf, then object slices of the keys found; or whole rows by leaf.
 * Several slices at a time. A slice that failed because a row did not hold still is leased again, as the hub does, and at last given
 * up by the name of its rows.
 */
import { Fault } from "../../src/core/index.ts";
import { type Discoverable, discover } from "../../src/sap/extract/discover.ts";
import { reuseLeaves } from "../../src/sap/extract/reuse-leaves.ts";
import { labelOf, parseSlice, type Slice, splitSlice, whereOf } from "../../src/sap/extract/slice.ts";
import { all, any, equal, type ReadOutcome, type RowKey, type TableReader } from "../../src/sap/rfc/index.ts";
import type { Delivered } from "./audit.ts";
import { tableName } from "./random-table.ts";

export type Plan = {
  reader: TableReader;
  keyFields: readonly string[];
  fields: readonly string[];
  cap: number;
  workers: number;
  /** Keys first and then objects, or rows by leaf. */
  isTwoStage: boolean;
  leaves?: readonly { label: string; slice: unknown }[];
};
type Leaf = { label: string; slice: unknown };
type Collected = { rows: Delivered["rows"][number][]; rejected: Delivered["rejected"][number][]; failed: string[] };
export type Run = { delivered: Delivered; leaves: readonly Leaf[]; retries: number };
type Complete = Extract<ReadOutcome, { kind: "complete" }>;

/** What the pieces do, so that a test can put a wrong one in its place. */
export type Pieces = {
  split: (slice: Slice, seen: readonly RowKey[], numeric?: readonly string[]) => Slice[];
  start: (slice: Slice) => Slice;
};
export const soundPieces: Pieces = {
  split: (slice, seen, numeric) => splitSlice(tableName, slice, seen, numeric),
  start: (slice) => slice,
};

const leasesMax = 12;

export async function readWhole(plan: Plan, pieces: Pieces = soundPieces): Promise<Run> {
  const collected: Collected = { rows: [], rejected: [], failed: [] };
  const leaves: Leaf[] = [];
  let retries = 0;
  const everything: Slice = { ranges: plan.keyFields.map((field) => ({ field })), oneOf: [] };
  const what: Discoverable = { flow: "vendors", table: tableName, keyFields: plan.keyFields, cap: plan.cap, objectsPerSlice: 25 };
  type Task = () => Promise<Task[]>;
  const discovery =
    (slice: Slice): Task =>
    async () => {
      const found = await discover(plan.reader, what, labelOf(tableName, slice), parseSlice(overTheWire(slice), tableName));
      if (found.kind === "complete") leaves.push({ label: labelOf(tableName, slice), slice });
      else leaves.push(...(overTheWire(found.kept ?? []) as Leaf[]));
      // A sorted reader gives objects beside the rest that is still to be split.
      return found.slices.map((offer) =>
        offer.kind === "objects"
          ? objects((overTheWire(offer.slice) as { keys: RowKey[] }).keys)
          : discovery(parseSlice(overTheWire(offer.slice), tableName)),
      );
    };
  const objects =
    (keys: readonly RowKey[]): Task =>
    async () => {
      const where = any(...keys.map((key) => all(...plan.keyFields.map((field) => equal(field, key[field] ?? "")))));
      const outcome = await plan.reader.read({ table: tableName, fields: plan.fields, where });
      take(collected, completeOf(outcome));
      return [];
    };
  const rows =
    (slice: Slice): Task =>
    async () => {
      const where = whereOf(slice);
      const outcome = await plan.reader.read({
        table: tableName,
        fields: plan.fields,
        rowsMax: plan.cap,
        ...(where ? { where } : {}),
      });
      if (outcome.kind === "over") return pieces.split(slice, outcome.rowsSeen, outcome.numeric).map(rows);
      take(collected, completeOf(outcome));
      leaves.push({ label: labelOf(tableName, slice), slice });
      return [];
    };
  const leased =
    (task: Task): Task =>
    async () => {
      for (let lease = 1; ; lease += 1)
        try {
          return await task();
        } catch (error) {
          if (lease === leasesMax || !isUnstable(error)) throw error;
          retries += 1;
        }
    };
  const start = reuseLeaves(plan.leaves, tableName, everything).map((slice) => pieces.start(slice));
  await workOff(start.map(plan.isTwoStage ? discovery : rows), plan.workers, (task) => leased(task)());
  return { delivered: collected, leaves, retries };
}

async function workOff<T>(tasks: T[], workers: number, run: (task: T) => Promise<T[]>): Promise<void> {
  let busy = 0;
  await new Promise<void>((done, fail) => {
    const next = () => {
      if (tasks.length === 0 && busy === 0) done();
      while (busy < workers && tasks.length > 0) {
        busy += 1;
        run(tasks.shift() as T).then((more) => {
          busy -= 1;
          tasks.push(...more);
          next();
        }, fail);
      }
    };
    next();
  });
}

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

class ReadFailed extends Error {
  readonly isUnstable: boolean;
  constructor(outcome: Exclude<ReadOutcome, { kind: "complete" }>) {
    super(JSON.stringify(outcome));
    this.isUnstable = outcome.kind === "failure" && outcome.cause === "unstable";
  }
}

function isUnstable(error: unknown): boolean {
  return error instanceof ReadFailed ? error.isUnstable : error instanceof Fault && error.message.includes("row-unstable");
}

function completeOf(outcome: ReadOutcome): Complete {
  if (outcome.kind === "complete") return outcome;
  throw new ReadFailed(outcome);
}

function take(into: Collected, outcome: Complete): void {
  into.rows.push(...outcome.rows);
  into.rejected.push(...outcome.rejected.map(({ rejected, field }) => ({ key: rejected, field })));
}
