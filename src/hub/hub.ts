/**
 * The hub: takes agents' uploads, carries runs through their stages, writes to Procore. It knows no table of SAP and holds no password of it.
 * Any number of hubs may share one store: the job queue says who works, the epoch makes a late one harmless.
 */
import { Fault, type Flow, type Mapping } from "../core/index.ts";
import type { Clock, HttpClient, JobQueue, Random } from "../ports/index.ts";
import { createPacer, openProcore, type Pacer } from "../procore/index.ts";
import { type Store, sealAudit } from "../store/index.ts";
import { createEnrolmentCode } from "./api/agent-identity.ts";
import { type DoorAnswer, type DoorRequest, startServer } from "./api/server.ts";
import { type CallTrouble, type Connection, type HubContext, inTenant, now, type RunProgress } from "./context.ts";
import { openReplay, previewReplay, type ReplayAsk, type ReplayPreview } from "./holds/replay.ts";
import { askForProofs, workProofs } from "./prove/keep-proving.ts";
import { type ProofOutcome, prove } from "./prove/prove.ts";
import { listRuns, type RunReport } from "./run/report.ts";
import { openRun } from "./run/run-state.ts";
import { workQuotaKey } from "./run/work-quota-key.ts";
import type { NamedSchedule } from "./schedule/compile.ts";
import { keepSchedules } from "./schedule/keep-schedules.ts";
import type { ConnectionSettings } from "./settings.ts";
import { createSignals } from "./signals.ts";
import { serveWebhooks } from "./webhooks/endpoint.ts";
import { createIntake } from "./webhooks/intake.ts";
import { askForHints, workHintQueue } from "./webhooks/keep-working.ts";
import { removeWebhooks, type SetUpOutcome, setUpWebhooks } from "./webhooks/set-up.ts";
import { type HintOutcome, workHints } from "./webhooks/work-hints.ts";

/** Its keys are quota keys: what one worker may spend is spent by one (design section 9). */
const runQueue = "quota-key-run";
/** What a halted run tells of the calls before it. */
const troubleMax = 10;
const sealEveryMs = 1_000;
const reportEveryMs = 500;

export type HubConnection = {
  settings: ConnectionSettings;
  mapping: Mapping;
  readClientSecret: () => Promise<string | undefined>;
  /** Whatever a webhook may carry: two while one is rotated, none where none was set up. */
  readWebhookSecrets?: () => Promise<readonly string[]>;
  /** Worked through while the hub is long-lived. */
  schedules?: readonly NamedSchedule[];
};

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
  requestRun(ask: { connection: string; flows: readonly Flow[]; mode: "delta" | "full"; actor?: string }): Promise<string>;
  /** Decides chosen holds anew, in a run of its own; without one where nothing that was chosen can be. */
  replay(ask: ReplayAsk): ReturnType<typeof openReplay>;
  /** What that would send as things stand in Procore now. Writes nothing, here or there. */
  previewReplay(ask: ReplayAsk): Promise<ReplayPreview>;
  /** Looks up what is in Procore, the longest unproved first, until that many calls are made. */
  prove(ask: { connection: string; calls: number; signal?: AbortSignal }): Promise<ProofOutcome>;
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

const quotaKeyOf = ({ settings }: Pick<Connection, "settings">) => settings.procore.clientId;

/** One pacer a client id, however many connections share it: the quota is counted there (procore 2 [D]). */
function pacerOnce({ clock, random }: HubOptions): (name: string, settings: ConnectionSettings) => Pacer {
  const pacers = new Map<string, { pacer: Pacer; quota: string }>();
  return (name, { procore: { clientId, quota } }) => {
    const asText = JSON.stringify([quota.hourly, quota.spike]);
    const known = pacers.get(clientId) ?? { pacer: createPacer({ clock, random, quota }), quota: asText };
    if (known.quota !== asText)
      throw new Fault("config.invalid", {
        place: `connections.${name}.procore.quota`,
        detail: `another connection states another quota of client id ${clientId}; it is one quota, so state it alike`,
      });
    pacers.set(clientId, known);
    return known.pacer;
  };
}

function openConnection(name: string, given: HubConnection, options: HubOptions, pacer: Pacer): Connection {
  const { settings, mapping, readClientSecret } = given;
  const counts = new Map<string, number>();
  const trouble: CallTrouble[] = [];
  const { apiUrl, authUrl, companyId, clientId } = settings.procore;
  const procore = openProcore({
    apiUrl,
    authUrl,
    companyId,
    clientId,
    readClientSecret,
    http: options.http,
    clock: options.clock,
    random: options.random,
    pacer,
    observe: (call) => {
      const endpoint = `${call.method} ${call.template}`;
      counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
      if (call.outcome === "answered") return;
      trouble.push({
        at: new Date(options.clock.now()).toISOString(),
        endpoint,
        outcome: call.outcome,
        ...(call.status === undefined ? {} : { status: call.status }),
        ...(call.requestId === undefined ? {} : { requestId: call.requestId }),
        attempt: call.attempt,
      });
      if (trouble.length > troubleMax) trouble.shift();
    },
  });
  const count = () => [...counts.values()].reduce((total, each) => total + each, 0);
  return {
    name,
    settings,
    mapping,
    procore,
    calls: { count, byTemplate: () => Object.fromEntries(counts), trouble: () => [...trouble] },
  };
}

async function registerConnections(context: HubContext, connections: readonly Connection[]): Promise<string> {
  const { tenant } = context;
  return context.store.transact(inTenant(context), async (tx) => {
    const storeIds: string[] = [];
    await tx
      .insertInto("tenant")
      .values({ tenant, name: tenant, created_at: now(context) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    for (const { name, settings } of connections) {
      const row = {
        tenant,
        connection: name,
        system_id: settings.sap.systemId,
        client: settings.sap.client,
        procore_company_id: BigInt(settings.procore.companyId),
        store_id: Buffer.from(context.random.bytes(8)).toString("hex"),
        created_at: now(context),
      };
      await tx
        .insertInto("connection")
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const known = await tx
        .selectFrom("connection")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("connection", "=", name)
        .executeTakeFirstOrThrow();
      const isSame =
        known.system_id === row.system_id && known.client === row.client && known.procore_company_id === row.procore_company_id;
      storeIds.push(known.store_id);
      if (isSame) continue;
      const detail = `it was ${known.system_id}/${known.client} to company ${known.procore_company_id}; give the new pair a name of its own`;
      throw new Fault("config.invalid", { place: `connections.${name}`, detail });
    }
    return storeIds.join("-");
  });
}

/** Seals the audit trail in the background, and once more when stopped. */
function keepSealing(context: HubContext, signal: AbortSignal): Promise<void> {
  const seal = () => sealAudit(context.store, { tenant: context.tenant });
  return (async () => {
    while (!signal.aborted) {
      await seal().catch((error: unknown) => context.log(`audit: ${error instanceof Error ? error.message : String(error)}`));
      await context.clock.sleep(sealEveryMs, signal);
    }
    await seal();
  })();
}

export async function startHub(options: HubOptions): Promise<Hub> {
  const { store, clock, random, tenant, log, queue } = options;
  const context: HubContext = {
    store,
    clock,
    random,
    tenant,
    log,
    onProgress: options.onProgress ?? (() => undefined),
    faultPoint: options.faultPoint ?? (() => undefined),
  };
  const pacerOf = pacerOnce(options);
  const connections = new Map(
    Object.entries(options.connections).map(([name, given]) => [
      name,
      openConnection(name, given, options, pacerOf(name, given.settings)),
    ]),
  );
  const storeId = await registerConnections(context, [...connections.values()]);
  const signals = createSignals(clock);
  const stopping = new AbortController();
  const hints = { context, queue, connections: [...connections.values()], keyOf: quotaKeyOf };
  const asking = options.isLongLived ? askForHints(hints, stopping.signal) : undefined;
  const intake = createIntake(context, () => asking?.bell.ring());
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
  }).catch(async (error: unknown) => {
    // The port is taken, say: what was begun before must not keep the process alive.
    stopping.abort();
    await intake.stop();
    await asking?.done;
    throw error;
  });
  const sealing = keepSealing(context, stopping.signal);
  const stopWork = await queue.work(runQueue, async (key, signal) => {
    const ours = [...connections.values()].filter((connection) => quotaKeyOf(connection) === key);
    if (ours.length === 0) return log(`a run was asked for Procore client ${key}, which no connection of this hub has`);
    await workQuotaKey(context, key, ours, { signals, signal: AbortSignal.any([signal, stopping.signal]) });
  });
  const proofs = { context, queue, connections: [...connections.values()], keyOf: quotaKeyOf };
  const stopProofs = await workProofs(proofs, stopping.signal);
  const askingProofs = options.isLongLived ? askForProofs(proofs, stopping.signal) : Promise.resolve();
  const stopHints = await workHintQueue(hints, stopping.signal);

  const scheduled = [...connections.values()].map((connection) => ({
    name: connection.name,
    schedules: options.connections[connection.name]?.schedules ?? [],
    requestWork: () => queue.request(runQueue, quotaKeyOf(connection)),
  }));
  const scheduling = options.isLongLived ? keepSchedules(context, scheduled, stopping.signal) : Promise.resolve();

  const known = (name: string): Connection => {
    const connection = connections.get(name);
    if (connection) return connection;
    const detail = `there is no connection "${name}"; there are ${[...connections.keys()].join(", ")}`;
    throw new Fault("config.invalid", { place: "connections", detail });
  };
  return {
    url: server.url,
    answer: server.answer,
    storeId,
    async createEnrolmentCode(connection) {
      known(connection);
      return createEnrolmentCode(context, connection);
    },
    async requestRun(ask) {
      const connection = known(ask.connection);
      const run = await openRun(context, ask);
      await queue.request(runQueue, quotaKeyOf(connection));
      return String(run);
    },
    async replay(ask) {
      const connection = known(ask.connection);
      const opened = await openReplay(context, ask);
      if (opened.run !== undefined) await queue.request(runQueue, quotaKeyOf(connection));
      return opened;
    },
    previewReplay: (ask) => previewReplay(context, known(ask.connection), ask),
    prove: ({ connection, calls, signal }) =>
      prove({ ...context, connection: known(connection) }, { callsMax: calls, ...(signal ? { signal } : {}) }),
    workHints: ({ connection, signal }) => workHints({ ...context, connection: known(connection) }, signal),
    setUpWebhooks: ({ connection, secret }) => setUpWebhooks({ ...context, connection: known(connection) }, secret),
    removeWebhooks: ({ connection }) => removeWebhooks({ ...context, connection: known(connection) }),
    async awaitRun(run) {
      for (;;) {
        const [report] = await listRuns(store, { tenant, run, limit: 1 });
        if (!report) throw new Fault("config.invalid", { place: "run", detail: `there is no run ${run}` });
        if (report.state !== "open") return report;
        await clock.sleep(reportEveryMs);
      }
    },
    async stop() {
      stopping.abort();
      signals.wake();
      await server.close();
      await intake.stop();
      await stopWork();
      await stopProofs();
      await stopHints();
      await asking?.done;
      await askingProofs;
      await scheduling;
      await sealing;
    },
  };
}
