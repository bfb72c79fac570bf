/**
 * What apply needs to know of one kind of effect: how many go in a call, how they are sent, and how their outcome is looked up after doubt.
 * Everything else (state, fencing, settling, retry) is the same for all kinds and stands in `apply-flow.ts` and `send-batch.ts`.
 */
import type { HoldCode } from "../../core/index.ts";
import type { Difference, ProcoreFault, SyncElement, SyncRow, WriteOptions } from "../../procore/index.ts";
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
