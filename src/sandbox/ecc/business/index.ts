/**
 * Writes while we read (sap-data 8.3): seeded business on a world's tables, each event whole or not at all, with exactly the stamps that
 * SAP would move. The same seed, clock and tables give the same events. An event that finds nothing to work on gives way to another.
 */
import type { Clock } from "../../../ports/index.ts";
import { localTime } from "../functions/basis.ts";
import { applyTogether, type NamedChange } from "../store/changes.ts";
import type { EccWorld } from "../world-state.ts";
import { clearItem, commitLate, postDocument, reverseDocument } from "./accounting.ts";
import { createDice, type Desk, openDesk } from "./desk.ts";
import { changeItem, createOrder, flagDeletion, receiveGoods, rerelease } from "./purchasing.ts";

const workers = {
  "new-document": postDocument,
  "late-commit": commitLate,
  clearing: clearItem,
  reversal: reverseDocument,
  "new-order": createOrder,
  "changed-item": changeItem,
  "re-release": rerelease,
  "deletion-flag": flagDeletion,
  "goods-receipt": receiveGoods,
} satisfies Record<string, (desk: Desk) => boolean>;

export type EventName = keyof typeof workers;
export const eventNames = Object.keys(workers) as readonly EventName[];

export type BusinessEvent = { name: EventName; changes: readonly NamedChange[] };

export type Business = {
  /** The next event as the changes that it makes, not yet made. Undefined: there is nothing left that could happen, or none of that name. */
  next(name?: EventName): BusinessEvent | undefined;
  /**
   * Makes so many events, or these, in memory only: for worlds that live in the process. A server must send what `next` says through its
   * kept changes, or a later change of a row from here could not be replayed.
   */
  play(events: number | readonly EventName[]): BusinessEvent[];
};

export function createBusiness(world: EccWorld, options: { seed: number; clock: Pick<Clock, "now"> }): Business {
  const dice = createDice(options.seed);
  const tryEvent = (name: EventName): BusinessEvent | undefined => {
    const nowMs = options.clock.now() + world.switches.clockOffsetMs;
    const { date, time } = localTime({ world, nowMs });
    const desk = openDesk({ world, dice, today: date, time });
    return workers[name](desk) ? { name, changes: desk.changes() } : undefined;
  };
  const next = (name?: EventName): BusinessEvent | undefined => {
    if (name !== undefined) return tryEvent(name);
    const first = dice.below(eventNames.length);
    for (let turn = 0; turn < eventNames.length; turn += 1) {
      const drawn = eventNames[(first + turn) % eventNames.length];
      const event = drawn === undefined ? undefined : tryEvent(drawn);
      if (event !== undefined) return event;
    }
    return undefined;
  };
  const play = (events: number | readonly EventName[]): BusinessEvent[] => {
    const wanted = typeof events === "number" ? Array.from({ length: events }, () => undefined) : events;
    return wanted.flatMap((name) => {
      const event = next(name);
      if (event === undefined) return [];
      applyTogether(world.tables, event.changes);
      return [event];
    });
  };
  return { next, play };
}
