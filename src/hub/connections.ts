/** A hub's connections: each with its client of Procore, under the pacer of its quota key, and registered once and for all as what it is. */
import { Fault, type Mapping } from "../core/index.ts";
import type { Clock, HttpClient, Random } from "../ports/index.ts";
import { type CallRecord, createPacer, createSharePacer, openProcore, type Pacer } from "../procore/index.ts";
import type { Store } from "../store/index.ts";
import { type CallTrouble, type Connection, type HubContext, inTenant, now } from "./context.ts";
import { type CalendarSource, monthsOnly, type NamedSchedule } from "./schedule/compile.ts";
import { calendarNow } from "./schedule/known-days.ts";
import type { ConnectionSettings } from "./settings.ts";

/** What a halted run tells of the calls before it. */
const troubleMax = 10;

export type HubConnection = {
  settings: ConnectionSettings;
  mapping: Mapping;
  readClientSecret: () => Promise<string | undefined>;
  /** Whatever a webhook may carry: two while one is rotated, none where none was set up. */
  readWebhookSecrets?: () => Promise<readonly string[]>;
  /** Worked through while the hub is long-lived. */
  schedules?: readonly NamedSchedule[];
  /** Calendar months where none is given. */
  calendar?: CalendarSource;
};

type Tools = { clock: Clock; random: Random; http: HttpClient };
type Home = { store: Store; tenant: string };

/** One pacer a client id, however many connections share it: the quota is counted there (procore 2 [D]). */
function pacerOnce({ clock, random }: Tools): (name: string, settings: ConnectionSettings) => Pacer {
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

function troubleOf({ method, template, outcome, status, requestId, attempt }: CallRecord, atMs: number): CallTrouble {
  return {
    at: new Date(atMs).toISOString(),
    endpoint: `${method} ${template}`,
    outcome,
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
    attempt,
  };
}

function recordCalls(clock: Clock): { calls: Connection["calls"]; observe: (call: CallRecord) => void } {
  const counts = new Map<string, number>();
  const trouble: CallTrouble[] = [];
  return {
    calls: {
      count: () => [...counts.values()].reduce((total, each) => total + each, 0),
      byTemplate: () => Object.fromEntries(counts),
      trouble: () => [...trouble],
    },
    observe: (call) => {
      const endpoint = `${call.method} ${call.template}`;
      counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
      if (call.outcome === "answered") return;
      trouble.push(troubleOf(call, clock.now()));
      if (trouble.length > troubleMax) trouble.shift();
    },
  };
}

function openConnection(
  name: string,
  { settings, mapping, readClientSecret, calendar = monthsOnly }: HubConnection,
  tools: Tools,
  pacer: Pacer,
  { store, tenant }: Home,
): Connection {
  const { apiUrl, authUrl, companyId, clientId } = settings.procore;
  const { calls, observe } = recordCalls(tools.clock);
  const procore = openProcore({ apiUrl, authUrl, companyId, clientId, readClientSecret, ...tools, pacer, observe });
  const share = createSharePacer(pacer, { clock: tools.clock, percent: settings.webhooks.quotaPercent });
  const hints = { procore: procore.through(share), restMs: (count: number) => share.restMs(count) };
  const calendarOf = () => calendarNow(store, { tenant, connection: name }, calendar);
  return { name, settings, mapping, procore, hints, calendar: calendarOf, calls };
}

/** By name. */
export function openConnections(
  connections: Readonly<Record<string, HubConnection>>,
  { clock, random, http, ...home }: Tools & Home,
): ReadonlyMap<string, Connection> {
  const tools = { clock, random, http };
  const pacerOf = pacerOnce(tools);
  return new Map(
    Object.entries(connections).map(([name, given]) => [
      name,
      openConnection(name, given, tools, pacerOf(name, given.settings), home),
    ]),
  );
}

/** Answers the database's name for them: an agent enrolled elsewhere must enrol anew. */
export async function registerConnections(context: HubContext, connections: Iterable<Connection>): Promise<string> {
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
