/** What every stage gets: the store, time, and who it works for. Nothing here is global, so that many hubs can live in one process. */
import type { ErrorCode, FiscalVariant, Mapping, ProcoreView, Result, RunFlow } from "../core/index.ts";
import type { Clock, Random } from "../ports/index.ts";
import type { Procore } from "../procore/index.ts";
import type { Store } from "../store/index.ts";
import type { BudgetCodeBook } from "./map/budget-codes.ts";
import type { ConnectionSettings } from "./settings.ts";

export type RunStage = "read" | "plan" | "apply" | "confirm";

export type RunProgress = {
  run: string;
  connection: string;
  flow: RunFlow;
  stage: RunStage;
  done: number;
  /** Undefined while it is not known yet. */
  total: number | undefined;
  detail?: string;
};

export type HubContext = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly tenant: string;
  readonly log: (line: string) => void;
  readonly onProgress: (progress: RunProgress) => void;
  /** Named places between commits where a test may end the process; inert otherwise. */
  readonly faultPoint: (name: string) => void;
};

export type Connection = {
  readonly name: string;
  readonly settings: ConnectionSettings;
  readonly mapping: Mapping;
  readonly procore: Procore;
  /** For what hints lead to: its calls are a share of the quota, and none is begun while `restMs` of them says when (`webhooks.quotaPercent`). */
  readonly hints: { readonly procore: Procore; restMs(calls: number): number };
  /** By which billing periods are cut, as it is known now; throws a fault where it is not. */
  readonly calendar: () => Promise<FiscalVariant>;
  /** HTTP attempts made to Procore by this process, for the run's own count. */
  readonly calls: {
    count(): number;
    byTemplate(): Record<string, number>;
    /** The last attempts that were no success, latest last. */
    trouble(): readonly CallTrouble[];
  };
};

/** An HTTP attempt at Procore that was no success; nothing in it can hold a secret. */
export type CallTrouble = { at: string; endpoint: string; outcome: string; status?: number; requestId?: string; attempt: number };

/** A reading shared by everything that this stretch of work does: asked for once, and again only where it failed. */
export type Once = <T, E>(key: string, read: () => Promise<Result<T, E>>) => Promise<Result<T, E>>;

export function createOnce(): Once {
  const readings = new Map<string, Promise<Result<unknown, unknown>>>();
  return async <T, E>(key: string, read: () => Promise<Result<T, E>>) => {
    const reading = readings.get(key) ?? read();
    readings.set(key, reading);
    const answer = await reading;
    if (!answer.ok) readings.delete(key);
    return answer as Result<T, E>;
  };
}

/** `replay` reads nothing: it plans what it was given, as SAP last delivered it. */
export type RunMode = "delta" | "full" | "replay";

/** Procore as plans see it. */
export type PlanView = { readonly projectByNumber: ProcoreView["projectByNumber"]; readonly book: BudgetCodeBook };

export type RunContext = HubContext & {
  readonly connection: Connection;
  readonly run: bigint;
  readonly mode: RunMode;
  /** Writes nothing to Procore: whatever it plans waits for approval. */
  readonly isPlanOnly: boolean;
  /** Of a replay: plans as the run would, sends nothing, and all of it is rolled back. */
  readonly isPreview?: true;
  /** Fences a superseded sender (design section 8). */
  readonly epoch: bigint;
  readonly once: Once;
  /** Procore as it was when this stretch of work first asked: two calls a project, so the flows of a run share it. */
  readonly view: (onProject: (done: number, total: number) => void) => Promise<PlanView>;
};

/** Ends the run's work for now or for good: `pause` is resumed by the next request, `stop` needs a person. */
export class RunHalt extends Error {
  override readonly name = "RunHalt";
  readonly kind: "pause" | "stop";
  readonly code: ErrorCode;
  readonly detail: string;

  constructor(kind: "pause" | "stop", code: ErrorCode, detail: string) {
    super(`${code}: ${detail}`);
    this.kind = kind;
    this.code = code;
    this.detail = detail;
  }
}

export function inTenant(context: Pick<HubContext, "tenant">): { tenant: string } {
  return { tenant: context.tenant };
}

export function now(context: Pick<HubContext, "clock">): Date {
  return new Date(context.clock.now());
}
