/**
 * What apply needs to know of one kind of effect: how many go in a call, how they are sent, and how their outcome is looked up after doubt.
 * Everything else (state, fencing, settling, retry) is the same for all kinds and stands in `apply-flow.ts` and `send-batch.ts`.
 */
import type { HoldCode } from "../../core/index.ts";
import {
  type Difference,
  isOutOfSight,
  type ProcoreFault,
  type SyncElement,
  type SyncRow,
  type WriteOptions,
  type WriteOutcome,
} from "../../procore/index.ts";
import type { Connection, Once } from "../context.ts";

/** One element's outcome, whatever call carried it. */
export type Element =
  | { kind: "settled"; originId: string; procoreId: number; amount: string | null; differences: readonly Difference[] }
  | { kind: "refused"; originId: string; fault: ProcoreFault }
  | { kind: "notSent"; originId: string; fault: ProcoreFault; waitMs?: number }
  | { kind: "unknown"; originId: string; fault: ProcoreFault }
  /** Nothing was sent: something that must be in Procore before it is not there. */
  | { kind: "held"; originId: string; code: HoldCode; detail: string };

/** What a look-up found: `differs` where the record is there but not as sent. */
export type Seen =
  | { kind: "found"; procoreId: number; amount: string | null; isAsSent: boolean }
  | { kind: "absent" }
  | { kind: "not-credible"; reason: string };

export type CallScope = {
  connection: Connection;
  projectId: number;
  /** Procore id of the container, where the call is made on one. */
  containerId: number;
  options: WriteOptions;
  once: Once;
  /** Returns when a request that nobody heard of can no longer land. */
  settle(): Promise<void>;
  /** Origin ids known to stand in the container: where none of them shows, nothing is believed absent (ruling 32). */
  siblings: readonly string[];
};

export type Handler = {
  batchMax(connection: Connection): number;
  /** Whether the rows of one call must share a container. */
  byContainer: boolean;
  /** There is no bulk form: each row of a batch is a call of its own. */
  isOneByOne?: true;
  /** Each container's effects go strictly one after the other, and are never sent again where Procore has them already. */
  isChain?: true;
  refusal: HoldCode;
  send(scope: CallScope, rows: readonly SyncRow[]): Promise<Element[]>;
  readBack(scope: CallScope, rows: readonly SyncRow[]): Promise<ReadonlyMap<string, Seen>>;
};

/** A write that no record answered: what waits for quota never left, the rest never left, was refused or is in doubt. */
export function unanswered(originId: string, outcome: Exclude<WriteOutcome<never>, { kind: "answered" }>): Element {
  if (outcome.kind === "throttled") return { kind: "notSent", originId, fault: outcome.fault, waitMs: outcome.waitMs };
  return { kind: outcome.kind, originId, fault: outcome.fault };
}

/** One that is there although a listing did not show it is looked up like any other doubt. */
export function unansweredCreate(originId: string, outcome: Exclude<WriteOutcome<never>, { kind: "answered" }>): Element {
  const isThere = outcome.kind === "refused" && outcome.fault.code === "procore.duplicate-origin-id";
  return isThere ? { kind: "unknown", originId, fault: outcome.fault } : unanswered(originId, outcome);
}

/** A look that failed says nothing of the record: nothing was sent, and it is asked again, unless Procore will not show it. */
export function unread(originId: string, fault: ProcoreFault): Element {
  return { kind: isOutOfSight(fault) ? "refused" : "notSent", originId, fault };
}

/** For what has no bulk form, in the order of the rows. */
export async function oneByOne(rows: readonly SyncRow[], send: (row: SyncRow) => Promise<Element>): Promise<Element[]> {
  const elements: Element[] = [];
  for (const row of rows) elements.push(await send(row));
  return elements;
}

type Entity = { id: number; amount?: string | null };

export function toElements<T extends Entity>(elements: readonly SyncElement<T>[]): Element[] {
  return elements.map((element): Element => {
    if (element.kind !== "settled") return element;
    const { originId, entity, differences } = element;
    return { kind: "settled", originId, procoreId: entity.id, amount: entity.amount ?? null, differences };
  });
}

type Sighting<T> = { kind: "found"; entity: T } | { kind: "absent" } | { kind: "notCredible"; reason: string };

export function toSeen<T extends Entity>(
  sightings: ReadonlyMap<string, Sighting<T>>,
  rows: readonly SyncRow[],
  isAsSent: (entity: T, body: SyncRow["body"]) => boolean,
): Map<string, Seen> {
  return new Map(
    rows.map(({ originId, body }): [string, Seen] => {
      const sighting = sightings.get(originId);
      if (!sighting || sighting.kind === "notCredible")
        return [originId, { kind: "not-credible", reason: sighting?.reason ?? "not looked up" }];
      if (sighting.kind === "absent") return [originId, { kind: "absent" }];
      const { entity } = sighting;
      return [originId, { kind: "found", procoreId: entity.id, amount: entity.amount ?? null, isAsSent: isAsSent(entity, body) }];
    }),
  );
}

/** `1250.4` and `1250.40` are one amount. */
export function sameDecimal(left: string | null | undefined, right: unknown): boolean {
  if (left === null || left === undefined || typeof right !== "string") return false;
  const plain = (text: string) =>
    (text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text).replace(/^(-?)0+(?=\d)/, "$1");
  return plain(left) === plain(right);
}
