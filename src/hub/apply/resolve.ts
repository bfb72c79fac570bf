/** Fills in what only Procore knows: the ids of records that an effect refers to. What is not there yet holds the effect, by name. */
import type { SyncRow } from "../../procore/index.ts";
import type { RunContext } from "../context.ts";
import { type Change, type EffectRow, readProcoreIds } from "./effects.ts";

export type Resolved = { ready: { effect: EffectRow; row: SyncRow }[]; held: Change[]; containerId: number };

export type ProcoreIds = ReadonlyMap<string, number>;

/** One look-up for all the calls of a slot. */
export async function readIdsFor(context: RunContext, effects: readonly EffectRow[]): Promise<ProcoreIds> {
  const wanted = new Set(effects.flatMap((effect) => effect.needs));
  for (const { container } of effects) if (container !== "") wanted.add(container);
  return readProcoreIds(context, [...wanted]);
}

export function resolve(effects: readonly EffectRow[], ids: ProcoreIds): Resolved {
  const resolved: Resolved = { ready: [], held: [], containerId: ids.get(effects[0]?.container ?? "") ?? 0 };
  for (const effect of effects) {
    const missing = [...effect.needs, ...(effect.container === "" ? [] : [effect.container])].find(
      (originId) => !ids.has(originId),
    );
    if (missing !== undefined) {
      resolved.held.push({ effect: effect.effect, state: "held", code: "waits-for-prerequisite", detail: `needs ${missing}` });
      continue;
    }
    const refs = Object.fromEntries(Object.entries(effect.desired.refs).map(([field, originId]) => [field, ids.get(originId)]));
    resolved.ready.push({ effect, row: { originId: effect.origin_id, body: { ...effect.desired.body, ...refs } } });
  }
  return resolved;
}
