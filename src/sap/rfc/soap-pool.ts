/**
 * The slots of a client: as many calls at a time as there are slots, first come first served, each slot with a session of its own. A queue that is too
 * long refuses instead of growing.
 */
export type SlotPool<Slot> = {
  /** Undefined when too many wait already. */
  acquire(): Promise<Slot | undefined>;
  release(slot: Slot): void;
  /** Settles with all slots once the last call is done. */
  drain(): Promise<readonly Slot[]>;
};

const waitingMax = 1_000;

export function createPool<Slot>(all: readonly Slot[]): SlotPool<Slot> {
  const free = [...all];
  const waiting: ((slot: Slot) => void)[] = [];
  const draining: (() => void)[] = [];
  return {
    async acquire() {
      // The slot used last comes first, so that few sessions are opened when there is little to do.
      const slot = free.pop();
      if (slot !== undefined) return slot;
      if (waiting.length >= waitingMax) return undefined;
      return new Promise<Slot>((resolve) => waiting.push(resolve));
    },
    release(slot) {
      const next = waiting.shift();
      if (next !== undefined) return next(slot);
      free.push(slot);
      if (free.length === all.length) for (const settle of draining.splice(0)) settle();
    },
    async drain() {
      if (free.length < all.length) await new Promise<void>((resolve) => draining.push(resolve));
      return all;
    },
  };
}
