/**
 * Dialog work processes: each running call holds one for its whole duration (sap-rfc 2.3), further calls queue in order, and a full
 * queue refuses. `false` from `enter` is that refusal.
 */
import type { Stats } from "./stats.ts";
import type { Switches } from "./switches.ts";

export class WorkProcesses {
  readonly count: number;
  private readonly switches: Switches;
  private readonly stats: Stats;
  private readonly queue: (() => void)[] = [];
  private busy = 0;

  constructor(count: number, switches: Switches, stats: Stats) {
    this.count = count;
    this.switches = switches;
    this.stats = stats;
  }

  /** Calls that hold a process now. */
  get running(): number {
    return this.busy;
  }

  async enter(): Promise<boolean> {
    if (this.busy < this.count) {
      this.busy += 1;
    } else {
      if (this.queue.length >= this.switches.queueMax) {
        this.stats.overloads += 1;
        return false;
      }
      const turn = new Promise<void>((resolve) => {
        this.queue.push(resolve);
      });
      this.stats.queuedMax = Math.max(this.stats.queuedMax, this.queue.length);
      // The one that leaves hands its process over: `busy` does not move.
      await turn;
    }
    this.stats.workProcessesBusyMax = Math.max(this.stats.workProcessesBusyMax, this.busy);
    return true;
  }

  leave(): void {
    const next = this.queue.shift();
    if (next === undefined) this.busy -= 1;
    else next();
  }
}
