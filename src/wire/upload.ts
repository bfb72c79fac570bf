/**
 * Uploads: newline-delimited JSON, zstd-compressed. The first line is the header, each further line one record. The hub commits records
 * and progress in one transaction; the answer carries the next lease, so a busy agent never polls.
 */
import { z } from "zod";
import { runFlows } from "../core/index.ts";
import { leaseAnswer } from "./lease.ts";

/** Named limits of one upload (design section 5). */
export const uploadLimits = {
  recordsMax: 10_000,
  bytesMax: 64 * 1024 * 1024,
  compressedBytesMax: 32 * 1024 * 1024,
  /** One record as JSON: it fits into an upload of its own even where nothing of it can be compressed. */
  recordBytesMax: 31 * 1024 * 1024,
} as const;

const label = z.string().max(500);
/** How a flow was read, and why so, for people. */
const reading = z.strictObject({ how: z.enum(["sweep", "window", "changes"]), why: z.string().max(300) });
export type Reading = z.infer<typeof reading>;

const sliceOffer = z.strictObject({
  kind: z.enum(["discover", "objects"]),
  flow: z.enum(runFlows),
  label,
  slice: z.unknown(),
});
export type SliceOffer = z.infer<typeof sliceOffer>;

/** What the slice cost SAP. */
const count = z.number().int().min(0);
const receiptDetail = z.strictObject({
  /** The day of the SAP system as the agent counts it. */
  day: z.string().max(20),
  inFlightMax: count,
  halvings: count,
  functions: z
    .array(
      z.strictObject({
        function: z.string().max(40),
        calls: count,
        retries: count,
        failures: count,
        rows: count,
        /** Seen from the agent: for that long a dialog work process may have been held. */
        callMs: count,
        /** By SAP's own account, where it gave one. */
        serverMs: count,
      }),
    )
    .max(300),
  readers: z.array(z.strictObject({ table: z.string().max(40), reader: z.string().max(60), why: z.string().max(300) })).max(500),
});
const receipt = z.strictObject({
  calls: z.number().int(),
  rows: z.number().int(),
  callMs: z.number().int(),
  detail: receiptDetail.optional(),
});
export type Receipt = z.infer<typeof receipt>;

export const uploadHeader = z.strictObject({
  /** The hub's own id, given back. */
  task: z.string().regex(/^\d{1,18}$/),
  epoch: z.number().int(),
  outcome: z.discriminatedUnion("kind", [
    /** The slice was read whole. `same`: its digest still holds and no records follow. `slices` are what reading on needs. */
    z.strictObject({
      kind: z.literal("complete"),
      same: z.boolean().optional(),
      digest: z.string().optional(),
      slices: z.array(sliceOffer),
      watermark: z.string().optional(),
      /** Of an opened flow. `changes`: only what triggers named follows, and the leaf plan of the last sweep stays. */
      reading: reading.optional(),
    }),
    /** More rows than the cap: replaced by smaller slices. `kept`: parts that are complete already, for the leaf plan only. */
    z.strictObject({
      kind: z.literal("split"),
      slices: z.array(sliceOffer).min(2),
      kept: z.array(z.strictObject({ label, slice: z.unknown() })).optional(),
    }),
    z.strictObject({ kind: z.literal("failed"), code: z.string(), place: z.string(), detail: z.string(), retry: z.boolean() }),
  ]),
  records: z.number().int().min(0).max(uploadLimits.recordsMax),
  receipt,
});
export type UploadHeader = z.infer<typeof uploadHeader>;

export const uploadAnswer = z.strictObject({ accepted: z.boolean(), next: leaseAnswer.shape.lease });
export type UploadAnswer = z.infer<typeof uploadAnswer>;
