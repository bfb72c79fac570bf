/**
 * The hub: takes agents' uploads, carries runs through their stages, writes to Procore. It knows no table of SAP and holds no password of it.
 * Any number of hubs may share one store: the job queue says who works, the epoch makes a late one harmless.
 */
import { Fault } from "../core/index.ts";
import type { Clock, HttpClient, JobQueue, Random } from "../ports/index.ts";
import type { Store } from "../store/index.ts";
import { createEnrolmentCode } from "./api/agent-identity.ts";
import { type DoorAnswer, type DoorRequest, startServer } from "./api/server.ts";
import { type Background, startBackground } from "./background.ts";
import { type HubConnection, openConnections, registerConnections } from "./connections.ts";
import type { Connection, HubContext, RunProgress } from "./context.ts";
import { type ConfirmOpeningAsk, confirmOpeningBalance, type OpeningBalance, stateOpeningBalance } from "./cut-over/opening.ts";
import { openReplay, previewReplay, type ReplayAsk, type ReplayPreview } from "./holds/replay.ts";
import { type ProofOutcome, prove } from "./prove/prove.ts";
import { listProcoreCommitments } from "./reconcile/list-commitments.ts";
import { type ListingOutcome, listProcore } from "./reconcile/list-procore.ts";
import { awaitRun } from "./run/await-run.ts";
import type { RunReport } from "./run/report.ts";
import { requestRunWork } from "./run/run-queue.ts";
import { openRun, type RunAsk } from "./run/run-state.ts";
import { refreshBillingPeriods } from "./schedule/read-billing-periods.ts";
import { createSignals } from "./signals.ts";
import { serveWebhooks } from "./webhooks/endpoint.ts";
import { createIntake } from "./webhooks/intake.ts";
import { createBell } from "./webhooks/keep-working.ts";
import { removeWebhooks, type SetUpOutcome, setUpWebhooks } from "./webhooks/set-up.ts";
import { type HintOutcome, workHints } from "./webhooks/work-hints.ts";

export type HubOptions = {
  store: Store;
  clock: Clock;
  random: Random;
  http: HttpClient;
  tenant: string;
  connections: Readonly<Record<string, HubConnection>>;
  /** Undefined: agents reach it by `answer` only. */
  listen: { host: string; port: number } | undefined;
  queue: JobQueue;
  log: (line: string) => void;
  onProgress?: (progress: RunProgress) => void;
  /** It lives on, and does each night what nobody asks for. */
  isLongLived?: boolean;
  faultPoint?: (name: string) => void;
};

export type Hub = {
  /** Empty where it does not listen. */
  url: string;
  /** What its HTTP door answers, without a socket. */
  answer(request: DoorRequest): Promise<DoorAnswer>;
  /** Names the database's connections as they were first registered: an agent enrolled elsewhere must enrol anew. */
  storeId: string;
  createEnrolmentCode(connection: string): Promise<string>;
  /** Answers the run's id: a new one, or the connection's open or paused one, taken up again. */
  requestRun(ask: RunAsk): Promise<string>;
  /** Decides chosen holds anew, in a run of its own; without one where nothing that was chosen can be. */
  replay(ask: ReplayAsk): ReturnType<typeof openReplay>;
  /** What that would send as things stand in Procore now. Writes nothing, here or there. */
  previewReplay(ask: ReplayAsk): Promise<ReplayPreview>;
  /** Looks up what is in Procore, the longest unproved first, until that many calls are made. */
  prove(ask: { connection: string; calls: number; signal?: AbortSignal }): Promise<ProofOutcome>;
  /** Lists the direct costs of the projects of a period, for reconciliation. Writes nothing in Procore. */
  listProcore(ask: {
    connection: string;
    period: { year: number; period: number };
    signal?: AbortSignal;
  }): Promise<ListingOutcome>;
  /** Lists the contracts and requisitions of all projects, likewise. */
  listProcoreCommitments(ask: { connection: string; signal?: AbortSignal }): Promise<ListingOutcome>;
  /** What stands for what is older than a project's cut-over date. Lists the project; writes nothing in Procore. */
  stateOpeningBalance(ask: { connection: string; project: string }): Promise<OpeningBalance>;
  /** A person's word on the figures that were shown. */
  confirmOpeningBalance(ask: ConfirmOpeningAsk & { connection: string }): Promise<OpeningBalance>;
  /** Works the webhooks that wait: `ml-connector start` does it by itself. */
  workHints(ask: { connection: string; signal?: AbortSignal }): Promise<HintOutcome>;
  /** Makes what is missing, and tells Procore the secret. */
  setUpWebhooks(ask: { connection: string; secret: string }): Promise<SetUpOutcome>;
  /** Answers how many hooks were removed. */
  removeWebhooks(ask: { connection: string }): Promise<number>;
  /** Settles when the run is finished, paused or stopped. */
  awaitRun(run: string): Promise<RunReport>;
  stop(): Promise<void>;
};

type Parts = {
  options: HubOptions;
  context: HubContext;
  connections: ReadonlyMap<string, Connection>;
  /** Throws where there is none of that name. */
  known: (name: string) => Connection;
};

function contextOf({ store, clock, random, tenant, log, onProgress, faultPoint }: HubOptions): HubContext {
  return {
    store,
    clock,
    random,
    tenant,
    log,
    onProgress: onProgress ?? (() => undefined),
    faultPoint: faultPoint ?? (() => undefined),
  };
}

function partsOf(options: HubOptions): Parts {
  const connections = openConnections(options.connections, options);
  const known = (name: string): Connection => {
    const connection = connections.get(name);
    if (connection) return connection;
    const detail = `there is no connection "${name}"; there are ${[...connections.keys()].join(", ")}`;
    throw new Fault("config.invalid", { place: "connections", detail });
  };
  return { options, context: contextOf(options), connections, known };
}

type Asks = Omit<Hub, "url" | "answer" | "storeId" | "stop">;

/** What may be asked of a hub while it works. */
function answerAsks({ options: { store, clock, tenant, queue }, context, known }: Parts): Asks {
  return {
    async createEnrolmentCode(connection) {
      known(connection);
      return createEnrolmentCode(context, connection);
    },
    async requestRun(ask) {
      const connection = known(ask.connection);
      const run = await openRun(context, ask);
      await requestRunWork(queue, connection);
      return String(run);
    },
    async replay(ask) {
      const connection = known(ask.connection);
      const opened = await openReplay(context, ask);
      if (opened.run !== undefined) await requestRunWork(queue, connection);
      return opened;
    },
    previewReplay: (ask) => previewReplay(context, known(ask.connection), ask),
    prove: ({ connection, calls, signal }) =>
      prove({ ...context, connection: known(connection) }, { callsMax: calls, ...(signal ? { signal } : {}) }),
    listProcoreCommitments: ({ connection, ...ask }) =>
      listProcoreCommitments({ ...context, connection: known(connection) }, ask),
    listProcore: ({ connection, ...ask }) => listProcore({ ...context, connection: known(connection) }, ask),
    stateOpeningBalance: ({ connection, project }) => stateOpeningBalance({ ...context, connection: known(connection) }, project),
    confirmOpeningBalance: ({ connection, ...ask }) => confirmOpeningBalance({ ...context, connection: known(connection) }, ask),
    workHints: ({ connection: name, signal }) => {
      const connection = known(name);
      const waking = { requestRunWork: () => requestRunWork(queue, connection) };
      return workHints({ ...context, connection }, { waking, ...(signal ? { signal } : {}) });
    },
    setUpWebhooks: ({ connection, secret }) => setUpWebhooks({ ...context, connection: known(connection) }, secret),
    removeWebhooks: ({ connection }) => removeWebhooks({ ...context, connection: known(connection) }),
    awaitRun: (run) => awaitRun({ store, clock, tenant }, run),
  };
}

function backgroundOf({ options, context, connections }: Parts): Pick<Background, "work" | "scheduled" | "isLongLived"> {
  const all = [...connections.values()];
  const scheduled = all.map((connection) => ({
    name: connection.name,
    schedules: options.connections[connection.name]?.schedules ?? [],
    requestWork: () => requestRunWork(options.queue, connection),
    refreshBillingPeriods: (signal: AbortSignal) => refreshBillingPeriods(context, connection, signal),
  }));
  const work = { context, queue: options.queue, connections: all };
  return { work, scheduled, isLongLived: options.isLongLived ?? false };
}

export async function startHub(options: HubOptions): Promise<Hub> {
  const parts = partsOf(options);
  const { context, connections } = parts;
  const storeId = await registerConnections(context, connections.values());
  const signals = createSignals(options.clock);
  const hintBell = createBell();
  const intake = createIntake(context, hintBell.ring);
  const doors = [...connections.values()].map((connection) => ({
    connection,
    readSecrets: options.connections[connection.name]?.readWebhookSecrets ?? (async () => []),
  }));
  const server = await startServer({
    context,
    listen: options.listen,
    signals,
    onUpload: () => signals.wake(),
    webhooks: (at) => serveWebhooks(at, { context, doors, intake }),
  });
  const stopping = new AbortController();
  const awaitEnd = await startBackground({ ...backgroundOf(parts), signals, hintBell }, stopping.signal);
  return {
    ...answerAsks(parts),
    url: server.url,
    answer: server.answer,
    storeId,
    async stop() {
      stopping.abort();
      signals.wake();
      await server.close();
      await intake.stop();
      await awaitEnd();
    },
  };
}
