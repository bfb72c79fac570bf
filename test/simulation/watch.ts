// Watches the simulated Procore's journal as it is written: what may never happen, whatever comes of it in the end. A record with an origin id
// appears once in its kind, is never taken away, and a line of an approved direct cost keeps its amount.
import type { Change } from "../../src/sandbox/procore/world.ts";

type Known = { id: number; amount: string | undefined };
type Shown = { id: number; originId?: string | null; amount?: string };

const ours: ReadonlySet<string> = new Set([
  "vendors",
  "contracts",
  "contractLines",
  "requisitions",
  "directCosts",
  "directCostLines",
]);

export class Watch {
  readonly violations: string[] = [];
  readonly #byOrigin = new Map<string, Known>();
  readonly #originOf = new Map<string, string>();

  readonly journal = {
    append: (changes: readonly Change[]) => {
      for (const [table, id, record] of changes) if (ours.has(table)) this.#see(table, id, record as Shown | null);
    },
    close: () => undefined,
  };

  #see(table: string, id: number, record: Shown | null): void {
    if (record === null) {
      const lost = this.#originOf.get(`${table} ${id}`);
      if (lost !== undefined) this.violations.push(`${table}: ${lost} was taken away`);
      return;
    }
    const originId = record.originId ?? undefined;
    if (originId === undefined) return;
    const key = `${table} ${originId}`;
    const known = this.#byOrigin.get(key);
    if (known !== undefined && known.id !== id)
      this.violations.push(`${table}: ${originId} is there twice, as ${known.id} and ${id}`);
    if (known !== undefined && table === "directCostLines" && known.amount !== record.amount)
      this.violations.push(`${table}: ${originId} was ${known.amount} and became ${record.amount}`);
    this.#byOrigin.set(key, { id, amount: record.amount });
    this.#originOf.set(`${table} ${id}`, originId);
  }
}
