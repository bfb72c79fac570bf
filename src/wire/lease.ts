/**
 * Leases: the hub's half of reading. Slices are opaque to the hub; it stores what the agent offered and hands it back. A lease carries
 * an epoch: work under an older one is refused, so a cloned or delayed agent is harmless.
 */
import { z } from "zod";
import { runFlows } from "../core/index.ts";

const flow = z.enum(runFlows);

export const work = z.discriminatedUnion("kind", [
  /** Turn "read this flow since X" into slices. `leaves` are the labels and slices that were complete last time. */
  z.strictObject({
    kind: z.literal("open"),
    flow,
    mode: z.enum(["delta", "full"]),
    /** The agent's own watermark from the last complete run, opaque to the hub. */
    since: z.string().optional(),
    leaves: z.array(z.strictObject({ label: z.string(), slice: z.unknown() })).optional(),
    /** Source keys of objects that IDocs told of: read besides, whatever the window. */
    touched: z.array(z.string().max(60)).max(10_000).optional(),
  }),
  z.strictObject({ kind: z.literal("discover"), flow, label: z.string(), slice: z.unknown() }),
  /** `digest` is what the slice's content summed up to last time; an agent that finds it unchanged uploads no records. */
  z.strictObject({ kind: z.literal("objects"), flow, label: z.string(), slice: z.unknown(), digest: z.string().optional() }),
]);
export type Work = z.infer<typeof work>;

/**
 * `holds`: all tasks that the agent knows to be leased to it, told where it may have missed an answer: when it begins (none), and after a
 * request of which nothing came back. Whatever else was leased to it is free at once, not when its lease runs out.
 */
export const leaseRequest = z.strictObject({
  holds: z.array(z.string()).max(100).optional(),
  /** The agent is about to end and takes no more: answered at once, without a lease. */
  isLeaving: z.boolean().optional(),
  /** The day of the SAP system as the agent counts it; opaque to the hub, which sums rows by it. */
  day: z.string().max(20).optional(),
  /** The agent's policy lets it begin nothing now: answered at once, without a lease. */
  resting: z
    .strictObject({
      code: z.enum(["sap.quiet-hours", "sap.row-budget"]),
      untilMs: z.number().int().min(0).max(8_640_000_000_000_000),
      detail: z.string().max(300),
    })
    .optional(),
});
export type LeaseRequest = z.infer<typeof leaseRequest>;

export const leaseAnswer = z.strictObject({
  lease: z
    .strictObject({
      task: z.string(),
      epoch: z.number().int(),
      /** The hub takes the task back after this long without an upload. */
      expiresInMs: z.number().int(),
      /** Rows of the connection that were uploaded on the agent's day so far, where it told its day. */
      rowsToday: z.number().int().min(0).optional(),
      work,
    })
    .nullable(),
});
export type LeaseAnswer = z.infer<typeof leaseAnswer>;
export type Lease = NonNullable<LeaseAnswer["lease"]>;
