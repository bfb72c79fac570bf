/**
 * The agent: takes leases, reads SAP, uploads. Stateless: whatever ends it, the hub gives its slices to the next who asks (design section 5); one
 * that is stopped gives them back itself. A logon that SAP refused ends all leasing at once, since repeated ones lock the user.
 */
import type { Fault } from "../core/index.ts";
import type { Clock, HttpClient, Random } from "../ports/index.ts";
import type { Lease, UploadHeader } from "../wire/index.ts";
import { withoutMisfits } from "./fit.ts";
import { createHubClient, type HubClient } from "./hub-client.ts";
import type { AgentIdentity } from "./identity.ts";
import { type LoadLimits, type Rest, restOrDoubt } from "./load-limits.ts";
import { createReceiptTaker, type ReceiptSource } from "./receipt.ts";
import { doWork, type Extracts, type Result } from "./work.ts";

const awayFirstMs = 500;
const awayMaxMs = 30_000;
const uploadTriesMax = 6;
/** While SAP is left alone, the hub hears so this often: it would call an agent absent that says nothing. */
const restMaxMs = 30_000;

export type AgentOptions = ReceiptSource & {
  hubUrl: string;
  identity: AgentIdentity;
  http: HttpClient;
  clock: Clock;
  random: Random;
  extracts: Extracts;
  /** Quiet hours and the day's rows: while they hold, no slice is begun and the hub is told why. */
  limits?: LoadLimits;
  /** Slices worked on at a time; how many calls that makes is the governor's to say. */
  parallel: number;
  log: (line: string) => void;
  faultPoint?: (name: string) => void;
};

export type Agent = { stop(): Promise<void> };

export function startAgent(options: AgentOptions): Agent {
  const { clock, random, log } = options;
  const faultPoint = options.faultPoint ?? (() => undefined);
  const hub: HubClient = createHubClient(options);
  const stopping = new AbortController();
  const { limits } = options;
  const takeReceipt = createReceiptTaker(options, () => limits?.day() ?? "");

  const waitAway = (tries: number) =>
    clock.sleep(Math.min(awayMaxMs, awayFirstMs * 2 ** tries) * (0.5 + random.fraction() / 2), stopping.signal);

  /** The tasks that are ours, each from its answer on. */
  const holds = new Set<string>();
  const hold = (lease: Lease | null, day: string | undefined): Lease | null => {
    if (lease) holds.add(lease.task);
    if (lease?.rowsToday !== undefined && day !== undefined) limits?.noteRowsToday(day, lease.rowsToday);
    return lease;
  };
  /** Whether the hub may believe that we hold more: at first, and after a request whose answer never came, for that may have been a lease. */
  let isUnsure = true;

  /** Answers the next lease. A hub that is away is waited for; after a named number of tries the slice is given up. */
  async function upload(lease: Lease, result: Result): Promise<Lease | null> {
    const header: UploadHeader = {
      task: lease.task,
      epoch: lease.epoch,
      outcome: result.outcome,
      records: result.lines.length,
      receipt: takeReceipt(lease.work.kind === "open"),
    };
    limits?.noteReported(header.receipt.rows);
    let { lines } = result;
    let isMended = false;
    for (let tries = 0; tries < uploadTriesMax; tries++) {
      faultPoint("agent.before-upload");
      const answer = await hub.upload(header, lines);
      faultPoint("agent.after-upload");
      if (answer.kind === "ok") return hold(answer.value.next, header.receipt.detail?.day);
      log(`upload of ${lease.work.flow}: ${answer.detail}`);
      if (answer.kind === "refused") stopping.abort();
      if (answer.kind === "rejected") {
        const fitting = isMended ? undefined : withoutMisfits(lines);
        if (fitting === undefined) return rejected(header, lease.work.flow, answer.detail);
        isMended = true;
        lines = fitting;
        continue;
      }
      isUnsure = true;
      // What was read is offered once even while we stop; a hub that is away then reads it again later.
      if (stopping.signal.aborted) return null;
      await waitAway(tries);
    }
    return null;
  }

  /** The hub cannot read what we sent: said once as a failure, so that the run does not wait for a slice that will never come. */
  async function rejected(header: UploadHeader, place: string, detail: string): Promise<Lease | null> {
    const outcome = {
      kind: "failed",
      code: "agent.record-invalid",
      place,
      detail: detail.slice(0, 1_000),
      retry: false,
    } as const;
    const answer = await hub.upload({ ...header, outcome, records: 0 }, []);
    return answer.kind === "ok" ? hold(answer.value.next, header.receipt.detail?.day) : null;
  }

  function noteFault(flow: string, fault: Fault): void {
    log(`${flow}: ${fault.message}`);
    if (fault.code !== "sap.logon") return;
    log("no further logon is tried; correct user, password or lock and start the agent again");
    stopping.abort();
  }

  async function perform(lease: Lease): Promise<Lease | null> {
    try {
      faultPoint("agent.before-read");
      const done = await doWork(options.extracts, lease);
      faultPoint("agent.after-read");
      const next = await upload(lease, done.result);
      if (done.kind === "failed") noteFault(lease.work.flow, done.fault);
      return next;
    } finally {
      holds.delete(lease.task);
    }
  }

  /** The first lease says that we begin anew; the other loops wait for its answer, lest it free what they were just given. */
  const begun = Promise.withResolvers<void>();

  let said: string | undefined;
  async function sitOut({ code, untilMs, detail }: Rest): Promise<void> {
    if (said !== code) log(`no slice is begun: ${detail} [${code}]`);
    said = code;
    await clock.sleep(Math.max(1, Math.min(restMaxMs, untilMs - clock.now())), stopping.signal);
    if (!restOrDoubt(limits, clock)) said = undefined;
  }

  async function takeLease(): Promise<{ lease: Lease | null } | "away" | "over"> {
    const told = isUnsure;
    isUnsure = false;
    const resting = restOrDoubt(limits, clock);
    const day = limits?.day();
    const answer = await hub.lease({ holds: told ? [...holds] : undefined, signal: stopping.signal, day, resting });
    if (answer.kind === "ok") {
      begun.resolve();
      if (resting) await sitOut(resting);
      return { lease: hold(answer.value, day) };
    }
    isUnsure = true;
    if (stopping.signal.aborted) return "over";
    log(`hub: ${answer.detail}`);
    return answer.kind === "refused" ? "over" : "away";
  }

  async function loop(): Promise<void> {
    let lease: Lease | null = null;
    for (let away = 0; !stopping.signal.aborted; ) {
      if (lease && !restOrDoubt(limits, clock)) {
        lease = await perform(lease);
        continue;
      }
      // It came with an upload's answer, too late to be begun: the next request says that it is not held.
      if (lease) {
        holds.delete(lease.task);
        isUnsure = true;
        lease = null;
      }
      const taken = await takeLease();
      if (taken === "over") return;
      if (taken === "away") {
        await waitAway(away++);
        continue;
      }
      away = 0;
      lease = taken.lease;
    }
  }

  const run = async (index: number): Promise<void> => {
    if (index > 0) await begun.promise;
    await loop().finally(begun.resolve);
  };
  const loops = Array.from({ length: options.parallel }, (_, index) =>
    run(index).catch((error: unknown) =>
      log(`agent: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
    ),
  );
  // Whatever ended the loops: a lease may have come that nobody took up, with an upload's answer or to a poll that was just given up.
  const ended = Promise.all(loops).then(() => hub.leave());
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
