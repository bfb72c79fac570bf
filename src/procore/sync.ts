/**
 * Settling a sync. It always answers 200 and splits its rows into `entities` and `errors` (procore 3 [A]), so each row is settled on its
 * own: in entities: settled; in errors: refused; in neither, in both, or unreadable: unknown. Rows are matched by origin id, for the order is
 * not promised. A settled row carries Procore's body and where it differs from what was sent; what that means is the caller's to say.
 */
import { z } from "zod";
import type { WriteOutcome } from "./call.ts";
import { classifyComplaints, describeComplaints, readRowComplaints } from "./complaints.ts";
import { fault, type ProcoreFault } from "./faults.ts";
import { readItem } from "./schema.ts";
import { type Difference, differencesOf, type SyncRow } from "./sent-body.ts";

export type SyncElement<T> =
  | { kind: "settled"; originId: string; entity: T; differences: readonly Difference[] }
  | { kind: "refused"; originId: string; fault: ProcoreFault }
  /** Definite: nothing reached Procore, or Procore asked us to come back in `waitMs`. */
  | { kind: "notSent"; originId: string; fault: ProcoreFault; waitMs?: number }
  | { kind: "unknown"; originId: string; fault: ProcoreFault };

export type SyncSettlement<T> = {
  /** One for each row sent, in the order sent. */
  elements: readonly SyncElement<T>[];
  /** Rows in the answer that we did not send, by origin id or id: reported, never used. */
  foreign: readonly string[];
  outcome: WriteOutcome["kind"];
};

export type SyncFacts<T> = {
  endpoint: string;
  sent: readonly SyncRow[];
  outcome: WriteOutcome<unknown>;
  schema: z.ZodType<T>;
};

const syncAnswer = z
  .object({ entities: z.array(z.unknown()).nullish(), errors: z.array(z.unknown()).nullish() })
  .refine((answer) => answer.entities || answer.errors, "has neither entities nor errors");

const row = z.object({ origin_id: z.string().nullish(), id: z.number().nullish(), errors: z.unknown().optional() });

export function settleSync<T>({ endpoint, sent, outcome, schema }: SyncFacts<T>): SyncSettlement<T> {
  if (outcome.kind !== "answered") {
    const { kind, fault: problem } = outcome;
    const elements = sent.map(({ originId }): SyncElement<T> => {
      if (kind === "throttled") return { kind: "notSent", originId, fault: problem, waitMs: outcome.waitMs };
      return { kind, originId, fault: problem };
    });
    return { elements, foreign: [], outcome: kind };
  }
  const requestId = outcome.requestId;
  const answer = readItem(outcome.body, { endpoint, requestId, schema: syncAnswer });
  if (!answer.ok) {
    return {
      elements: sent.map(({ originId }) => ({ kind: "unknown", originId, fault: answer.error })),
      foreign: [],
      outcome: "unknown",
    };
  }
  return settleRows({
    endpoint,
    sent,
    schema,
    requestId,
    entities: answer.value.entities ?? [],
    errors: answer.value.errors ?? [],
  });
}

type RowFacts<T> = {
  endpoint: string;
  requestId: string | undefined;
  sent: SyncFacts<T>["sent"];
  schema: z.ZodType<T>;
  entities: readonly unknown[];
  errors: readonly unknown[];
};

function settleRows<T>(facts: RowFacts<T>): SyncSettlement<T> {
  const { endpoint, requestId, sent } = facts;
  const expected = new Map(sent.map(({ originId, body }) => [originId, body]));
  const settled = new Map<string, SyncElement<T>>();
  const foreign: string[] = [];
  const place = (originId: string | undefined, label: string, element: (originId: string) => SyncElement<T>) => {
    if (originId === undefined || !expected.has(originId)) foreign.push(label);
    else if (settled.has(originId)) settled.set(originId, unknown(originId, "Procore answered this row more than once."));
    else settled.set(originId, element(originId));
  };
  const unknown = (originId: string, detail: string): SyncElement<T> => ({
    kind: "unknown",
    originId,
    fault: fault({ code: "procore.unreadable", endpoint, requestId, detail }),
  });
  for (const entity of facts.entities) {
    const key = readKey(entity);
    place(key.originId, key.label, (originId) => {
      const item = readItem(entity, { endpoint, requestId, schema: facts.schema });
      if (!item.ok) return { kind: "unknown", originId, fault: item.error };
      return { kind: "settled", originId, entity: item.value, differences: differencesOf(expected.get(originId) ?? {}, entity) };
    });
  }
  for (const error of facts.errors) {
    const key = readKey(error);
    place(key.originId, key.label, (originId) => ({ kind: "refused", originId, fault: rowFault(error, facts) }));
  }
  const elements = sent.map(
    ({ originId }) => settled.get(originId) ?? unknown(originId, "Procore answered, but not on this row."),
  );
  return { elements, foreign, outcome: "answered" };
}

function readKey(value: unknown): { originId: string | undefined; label: string } {
  const parsed = row.safeParse(value);
  const originId = parsed.data?.origin_id ?? undefined;
  return {
    originId,
    label: originId ?? (typeof parsed.data?.id === "number" ? `id ${parsed.data.id}` : "a row without origin id"),
  };
}

function rowFault<T>(error: unknown, { endpoint, requestId }: RowFacts<T>): ProcoreFault {
  const complaints = readRowComplaints(row.safeParse(error).data?.errors);
  const detail = describeComplaints(complaints) || "Procore gives no reason.";
  return fault({ code: classifyComplaints(complaints), endpoint, requestId, detail, complaints });
}
