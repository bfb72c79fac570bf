// The stage of one seed: SAP, Procore, a queue, one or two hubs, an agent, and somebody who starts again what has died. All of them on one scheduler.
import { agentSettings, createEmbeddedSap, enrolAgent, startAgent } from "../../src/agent/index.ts";
import { compileMapping, type Mapping, type MappingRule, type Pattern } from "../../src/core/index.ts";
import { connectionSettings, type Hub, type HubOptions, startHub } from "../../src/hub/index.ts";
import type { HttpRequest } from "../../src/ports/index.ts";
import type { Store } from "../../src/store/index.ts";
import { Actor, Died } from "./actor.ts";
import { createDice, type Dice } from "./dice.ts";
import { costPlaceOf, costTypeOf } from "./fates.ts";
import { Faults } from "./faults.ts";
import { client, companyId, Firm, mappedElements, materialGroup, numberOf } from "./firm.ts";
import { Jobs } from "./jobs.ts";
import { httpOf, type Passage, type Server } from "./network.ts";
import { Scheduler } from "./scheduler.ts";
import { storeOf } from "./store.ts";
import { createProcore, createSap, limits, type ProcoreSystem, type Sap, sapUser } from "./systems.ts";
import { Watch } from "./watch.ts";
import { WriteWatch } from "./write-watch.ts";

const urls = { sap: "http://127.0.0.1:81", procore: "http://127.0.0.1:82", hub: "http://127.0.0.1:83" } as const;
const startedAtMs = Date.UTC(2026, 8, 28, 12);
const dayMs = 86_400_000;
const any: Pattern = { kind: "any" };

/** Purchase orders have a material group, and keep their place whatever becomes of costs. */
function mappingOf(isRecoded: boolean): Mapping {
  const rules = mappedElements.flatMap((element): MappingRule[] =>
    Object.keys(costTypeOf).flatMap((account) =>
      [true, false].map((isOrder): MappingRule => {
        const { project, costType } = costPlaceOf(element, account, isRecoded && !isOrder);
        return {
          name: `${element.posid} ${account}${isOrder ? " of orders" : ""}`,
          companyCode: any,
          objectKind: "wbs",
          object: { kind: "exact", value: element.posid },
          account: { kind: "exact", value: account },
          materialGroup: isOrder ? { kind: "exact", value: materialGroup } : any,
          target: { project: numberOf(project), costCode: element.costCode, costType },
        };
      }),
    ),
  );
  const compiled = compileMapping(rules);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

const mappings = { first: mappingOf(false), recoded: mappingOf(true) };

/** A hub is given its rules for good; here it follows the accountant's, as one that was started anew would. */
function rulesOf(firm: Firm): Mapping {
  const now = () => (firm.isRecoded ? mappings.recoded : mappings.first);
  return {
    get version() {
      return now().version;
    },
    get ruleCount() {
      return now().ruleCount;
    },
    get rules() {
      return now().rules;
    },
    get projects() {
      return now().projects;
    },
    resolve: (query) => now().resolve(query),
  };
}

const settings = connectionSettings.parse({
  sap: { systemId: "S01", client: "100" },
  procore: {
    apiUrl: urls.procore,
    authUrl: urls.procore,
    companyId,
    clientId: client.clientId,
    quota: { hourly: 1_000_000, spike: 100_000 },
  },
  mapping: "mapping.csv",
  vendors: { accountGroups: ["KRED"] },
  // The firm holds the cost of vendors that stay in SAP.
  costs: { costTypes: { L: { class: "labour", type: "payroll" } }, withoutVendor: "never" },
  // The firm's ledger has no retention items, so nothing could say what was released.
  invoices: { retainageRelease: "none" },
  limits,
});

const sapSettings = agentSettings.parse({
  sap: { url: `${urls.sap}/sap/bc/soap/rfc`, client: "100", user: sapUser.user, timeZoneMinutes: 0 },
});

type AgentIdentity = Parameters<typeof startAgent>[0]["identity"];

export type StageOptions = {
  seed: number;
  store: Store;
  tenant: string;
  faults: readonly { name: string; at: number }[];
  tell?: ((line: string) => void) | undefined;
};

/** Of hubs and agent. */
const restartMs = { low: 300, high: 9_000 };

export class Stage {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly firm: Firm;
  readonly watch = new Watch();
  readonly writeWatch = new WriteWatch();
  readonly procore: ProcoreSystem;
  readonly operator: Actor;
  readonly mapping: Mapping;
  readonly #options: StageOptions;
  readonly #dice: Dice;
  readonly #sap: Sap;
  readonly #jobs: Jobs;
  readonly #hubs = new Map<Actor, Hub>();
  readonly #skewMs = new Map<string, number>();
  #days = 0;
  #lives = 0;
  #isOver = false;

  constructor(options: StageOptions) {
    this.#options = options;
    const { seed, tell } = options;
    this.scheduler = new Scheduler(tell);
    this.faults = new Faults(options.faults, (name) => this.scheduler.note(`FAULT ${name}`));
    this.#dice = createDice(seed, "stage");
    this.operator = this.#actor("operator");
    this.#jobs = new Jobs(this.scheduler, createDice(seed, "jobs"), this.faults);
    this.#sap = createSap(this.#actor("sap"), this.faults);
    const { faults, watch, writeWatch } = this;
    this.procore = createProcore({ actor: this.#actor("procore"), faults, dice: createDice(seed, "weather"), watch, writeWatch });
    this.firm = new Firm(seed, (table, row) => this.#sap.write(table, row));
    this.firm.found();
    this.mapping = rulesOf(this.firm);
  }

  #actor(name: string): Actor {
    return new Actor({ name, seed: this.#options.seed, scheduler: this.scheduler, wallMs: (actor) => this.#wallMs(actor) });
  }

  #wallMs(actor: string): number {
    return (
      startedAtMs + this.#days * dayMs + Math.floor(this.scheduler.nowMs) + (this.#skewMs.get(actor.split(" ")[0] ?? "") ?? 0)
    );
  }

  /** Everybody's clock at once, while nobody has anything to do. */
  nextDay(): void {
    this.#days += 1;
    this.scheduler.note("the next day");
    this.firm.workOn(new Date(startedAtMs + this.#days * dayMs).toISOString().slice(0, 10).replaceAll("-", ""));
  }

  /** What may happen to a hub at any step of its work: its clock jumps, or the queue thinks it dead. */
  #step(): void {
    if (!this.#jobs.isBusy) return;
    if (this.faults.pass("hub-clock")) this.#jump("hub");
    if (this.faults.pass("superseded")) this.#jobs.supersede();
  }

  /** Not so far that the signature of an agent's request is too old (five minutes). */
  #jump(actor: string): void {
    const jumpMs = this.#dice.between(-140_000, 140_000);
    this.#skewMs.set(actor, jumpMs);
    this.scheduler.note(`the clock of ${actor} jumps by ${jumpMs} ms`);
  }

  #server(url: URL): Server | undefined {
    if (url.origin === urls.sap) return this.#sap;
    if (url.origin === urls.procore) return this.procore;
    const live = [...this.#hubs].filter(([actor]) => actor.isAlive);
    return live.length === 0 ? undefined : this.#door(this.#dice.pick(live), url.pathname);
  }

  #door([actor, hub]: [Actor, Hub], path: string): Server {
    // Who enrols is a person, with a code that works once.
    const isEnrolling = path.endsWith("/enrol");
    const fate = isEnrolling ? undefined : this.faults.passAny(["wire cut-before", "wire cut-after", "wire silence"]);
    return {
      fate: () => (fate === "wire cut-before" ? { kind: "cut-before" } : { kind: "calm" }),
      serve: (request, reply) => {
        if (!actor.isAlive) return reply({ kind: "cut" });
        const spoilt: Passage | undefined =
          fate === "wire cut-after" ? { kind: "cut" } : fate === "wire silence" ? { kind: "silence" } : undefined;
        actor.whenDead(() => reply({ kind: "cut" }));
        void this.#ask(hub, request).then((passage) => {
          if (actor.isAlive) reply(spoilt ?? passage);
        });
      },
    };
  }

  async #ask(hub: Hub, request: HttpRequest): Promise<Passage> {
    const { pathname } = new URL(request.url);
    const body = typeof request.body === "string" ? Buffer.from(request.body) : (request.body ?? new Uint8Array());
    const { headers } = request;
    const answer = await hub.answer({ method: request.method === "GET" ? "GET" : "POST", path: pathname, headers, body });
    return { kind: "answer", status: answer.status, headers: { "content-type": "application/json" }, body: answer.body };
  }

  /** Where a process may die: it does, and leaves its stack by an error that nobody can make anything of. */
  #faultPoint(actor: Actor): (name: string) => void {
    return (name) => {
      if (!actor.isAlive) throw new Died(name);
      if (!this.faults.pass(`die ${name}`)) return;
      actor.die(name);
      throw new Died(name);
    };
  }

  #portsOf(actor: Actor) {
    const http = httpOf(actor, createDice(this.#options.seed, `${actor.name} way`), (url) => this.#server(url));
    const log = (line: string) => {
      if (actor.isAlive) this.#options.tell?.(`    ${actor.name}: ${line}`);
    };
    return { clock: actor.clock, random: actor.random, http, log, faultPoint: this.#faultPoint(actor) };
  }

  async startHub(name: string): Promise<void> {
    if (this.#isOver) return;
    this.#lives += 1;
    const actor = this.#actor(`${name} ${this.#lives}`);
    actor.whenDead(() => {
      this.#hubs.delete(actor);
      this.scheduler.after(this.#dice.between(restartMs.low, restartMs.high), "", () => void this.startHub(name));
    });
    const { store, tenant } = this.#options;
    const own = storeOf(actor, store, this.faults, createDice(this.#options.seed, `${actor.name} store`));
    const options: HubOptions = {
      ...this.#portsOf(actor),
      store: {
        ...own,
        transact: (scope, work) => {
          this.#step();
          return own.transact(scope, work);
        },
      },
      tenant,
      connections: { main: { settings, mapping: this.mapping, readClientSecret: async () => client.clientSecret } },
      listen: undefined,
      queue: this.#jobs.of(actor),
      // Then it also looks through Procore's listings by itself, which costs calls and, to the watch of writes, looks like a look.
      isLongLived: this.#options.seed % 8 === 0,
    };
    try {
      const hub = await startHub(options);
      if (actor.isAlive) this.#hubs.set(actor, hub);
    } catch (error) {
      // The store was lost while it started: whoever watches processes starts it again.
      actor.die(`could not start: ${String(error)}`);
    }
  }

  get hub(): Hub | undefined {
    return [...this.#hubs].find(([actor]) => actor.isAlive)?.[1];
  }

  /** As a person does: with a new code when the hub died over the last one. */
  async enrol(): Promise<AgentIdentity> {
    const { http } = this.#portsOf(this.operator);
    for (;;) {
      const patience = this.operator.clock.sleep(5_000);
      const asked = this.hub?.createEnrolmentCode("main").catch(() => undefined) ?? patience;
      const code = await Promise.race([asked, patience]);
      if (typeof code !== "string") continue;
      const identity = await enrolAgent({ hubUrl: urls.hub, code, name: "simulation", http }).catch(() => undefined);
      if (identity) return identity;
    }
  }

  startAgent(identity: AgentIdentity): void {
    if (this.#isOver) return;
    this.#lives += 1;
    const actor = this.#actor(`agent ${this.#lives}`);
    actor.whenDead(() => {
      this.scheduler.after(this.#dice.between(restartMs.low, restartMs.high), "", () => this.startAgent(identity));
    });
    const ports = this.#portsOf(actor);
    const http = {
      ...ports.http,
      request: (request: HttpRequest) => {
        if (this.faults.pass("agent-clock")) this.#jump("agent");
        return ports.http.request(request);
      },
    };
    const { extracts, receipt } = createEmbeddedSap(sapSettings, { ...ports, http, readPassword: async () => sapUser.password });
    startAgent({ ...ports, http, hubUrl: urls.hub, identity, extracts, receipt, parallel: 2 });
  }

  end(): void {
    this.#isOver = true;
    for (const [actor] of this.#hubs) actor.die("the end");
  }
}
