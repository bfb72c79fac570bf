/** Carries out one lease: what the extract answers becomes an upload. Faults of SAP become a failed outcome with their code. */
import {
  type ControlTotalRecord,
  describeError,
  Fault,
  type Flow,
  type ReferenceRecord,
  type RunFlow,
  type UploadedRecord,
} from "../core/index.ts";
import type { FlowExtract, ObjectsRead, SliceOffer } from "../sap/index.ts";
import { type Lease, type UploadHeader, uploadLimits, type Work } from "../wire/index.ts";
import { lineOf } from "./fit.ts";

/** What one upload carries at most, before compression: well below what the hub takes (uploadLimits), for it is held in memory there. */
export const uploadBytesMax = 16 * 1024 * 1024;

/** `lines` are the records as they are sent, one JSON text each. */
export type Result = { outcome: UploadHeader["outcome"]; lines: readonly string[] };
export type Extracts = Readonly<Record<Flow, FlowExtract>> & {
  /** Absent where the agent reads none. */
  readonly "control-totals"?: FlowExtract<"control-totals", ControlTotalRecord>;
  readonly reference?: FlowExtract<"reference", ReferenceRecord>;
};

type ObjectsWork = Extract<Work, { kind: "objects" }>;

/** An object slice that came out too large for one upload is offered again in halves. */
function halves(work: ObjectsWork): SliceOffer<RunFlow>[] {
  const { keys, ...rest } = work.slice as { keys: unknown[] };
  const middle = Math.ceil(keys.length / 2);
  const offer = (part: string, some: unknown[]): SliceOffer<RunFlow> => ({
    kind: "objects",
    flow: work.flow,
    label: `${work.label} ${part}`,
    slice: { ...rest, keys: some },
  });
  return [offer("a", keys.slice(0, middle)), offer("b", keys.slice(middle))];
}

function isTooLarge(lines: readonly string[]): boolean {
  if (lines.length > uploadLimits.recordsMax) return true;
  let bytes = 0;
  for (const line of lines) bytes += Buffer.byteLength(line) + 1;
  return bytes > uploadBytesMax;
}

function resultOf(work: ObjectsWork, read: ObjectsRead<UploadedRecord>): Result {
  const { keys } = work.slice as { keys?: unknown[] };
  const lines = read.records.map((record) => lineOf(record));
  if ((keys?.length ?? 0) > 1 && isTooLarge(lines)) return { outcome: { kind: "split", slices: halves(work) }, lines: [] };
  return { outcome: { kind: "complete", same: read.same, digest: read.digest, slices: [] }, lines };
}

async function carryOut(extracts: Extracts, work: Work): Promise<Result> {
  const extract = extracts[work.flow];
  if (!extract) throw new Fault("config.invalid", { place: "sap", detail: `this agent reads no ${work.flow}` });
  switch (work.kind) {
    case "open": {
      const leaves = work.leaves?.map(({ label, slice }) => ({ label, slice }));
      const opened = await extract.open({ mode: work.mode, since: work.since, leaves, touched: work.touched });
      return { outcome: { kind: "complete", ...opened }, lines: [] };
    }
    case "discover":
      return { outcome: await extract.discover(work.label, work.slice), lines: [] };
    case "objects":
      return resultOf(work, await extract.read(work.slice, work.digest));
  }
}

export type Failed = { fault: Fault; result: Result };

export async function doWork(
  extracts: Extracts,
  lease: Lease,
): Promise<{ kind: "done"; result: Result } | ({ kind: "failed" } & Failed)> {
  try {
    return { kind: "done", result: await carryOut(extracts, lease.work) };
  } catch (error) {
    const fault =
      error instanceof Fault ? error : new Fault("sap.protocol", { place: lease.work.flow, detail: String(error), cause: error });
    const { code, place, detail } = fault;
    const retry = describeError(code).class === "retry";
    return {
      kind: "failed",
      fault,
      result: { outcome: { kind: "failed", code, place, detail: detail.slice(0, 1_000), retry }, lines: [] },
    };
  }
}
