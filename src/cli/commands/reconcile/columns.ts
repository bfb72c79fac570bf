/** What every `reconcile` command begins with: which period of which connection, and Procore's column, listed now or taken as it was. */
import { InvalidArgumentError } from "commander";
import type { SapClient } from "../../../core/index.ts";
import { findLatestPeriod, type PeriodKey } from "../../../hub/index.ts";
import type { Store } from "../../../store/index.ts";
import type { Configuration } from "../../config/index.ts";
import { UsageError } from "../../exit-codes.ts";
import { listenForInterrupt } from "../../interrupt.ts";
import { terminal } from "../../terminal.ts";
import { pickConnection } from "../../wiring/connections.ts";
import { openInstallation } from "../../wiring/installation.ts";
import { lookAtStore } from "../../wiring/store-only.ts";

export type Flags = { config: string; connection?: string; period?: PeriodKey; listed: boolean; json: boolean };

/** `2026-09` or `2026.009`: fiscal year and period, which is no month. */
export function readPeriod(text: string): PeriodKey {
  const match = /^(\d{4})[-.]0{0,2}(\d{1,2})$/.exec(text);
  const period = Number(match?.[2]);
  if (!match || period < 1 || period > 16)
    throw new InvalidArgumentError("write fiscal year and period, 2026-09 for example; special periods are 13 to 16.");
  return { year: Number(match[1]), period };
}

export const periodText = ({ year, period }: PeriodKey) => `${year}.${String(period).padStart(3, "0")}`;

export const nothingRead = () => new UsageError("Nothing was read yet; run `ml-connector sync` first.");

type Opened = { store: Store; config: Configuration };
type Work<T> = (opened: Opened, scope: ReturnType<typeof scopeOf>) => Promise<T>;

function scopeOf(config: Configuration, connection: string, period: PeriodKey) {
  const { settings, mapping } = config.connections[connection] ?? {};
  if (!settings || !mapping) throw new Error("Assertion failed: the connection was picked from the configuration");
  return { tenant: config.tenant, connection, ...period, client: settings.sap, mapping, settings, cutOver: settings.cutOver };
}

async function periodOf({ store, config }: Opened, connection: string, flags: Flags): Promise<PeriodKey> {
  const period = flags.period ?? (await findLatestPeriod(store, { tenant: config.tenant, connection }));
  if (period) return period;
  throw nothingRead();
}

type Installation = Awaited<ReturnType<typeof openInstallation>>;
type Listing = Awaited<ReturnType<Installation["hub"]["listProcore"]>>;

/** `--listed` looks at the store only; without it Procore is listed first. */
async function withProcore<T>(
  flags: Omit<Flags, "period">,
  list: (installation: Installation, connection: string, signal: AbortSignal) => Promise<Listing>,
  work: (opened: Opened, connection: string) => Promise<T>,
): Promise<T> {
  if (flags.listed) {
    const done = await lookAtStore({ configFile: flags.config, log: terminal.debug }, async (opened) => ({
      value: await work(opened, pickConnection(opened.config, flags.connection)),
    }));
    if (done) return done.value;
    throw nothingRead();
  }
  const interrupt = listenForInterrupt();
  const installation = await openInstallation({ configFile: flags.config, log: terminal.debug, onFreePort: true });
  try {
    const connection = pickConnection(installation.config, flags.connection);
    const { projects, credible, calls } = await list(installation, connection, interrupt.signal);
    terminal.debug(`listed ${credible} of ${projects} projects in ${calls} calls`);
    return await work(installation, connection);
  } finally {
    await installation.stop();
    interrupt.release();
  }
}

async function listPeriod(
  installation: Installation,
  { connection, flags, signal }: { connection: string; flags: Flags; signal: AbortSignal },
): Promise<Listing> {
  return installation.hub.listProcore({ connection, period: await periodOf(installation, connection, flags), signal });
}

const workOn =
  <T>(flags: Flags, work: Work<T>) =>
  async (opened: Opened, connection: string): Promise<T> =>
    work(opened, scopeOf(opened.config, connection, await periodOf(opened, connection, flags)));

/** The projects of the period are listed. */
export async function withColumns<T>(flags: Flags, work: Work<T>): Promise<T> {
  const list = (installation: Installation, connection: string, signal: AbortSignal) =>
    listPeriod(installation, { connection, flags, signal });
  return withProcore(flags, list, workOn(flags, work));
}

/** Those, and all that have a contract of ours: what a certificate states. */
export async function withAllColumns<T>(flags: Flags, work: Work<T>): Promise<T> {
  const list = async (installation: Installation, connection: string, signal: AbortSignal): Promise<Listing> => {
    const costs = await listPeriod(installation, { connection, flags, signal });
    const commitments = await installation.hub.listProcoreCommitments({ connection, signal });
    const sum = (name: keyof Listing) => costs[name] + commitments[name];
    return { projects: sum("projects"), credible: sum("credible"), calls: sum("calls") };
  };
  return withProcore(flags, list, workOn(flags, work));
}

/** All projects that have a contract of ours are listed: commitments are stated to date. */
export async function withCommitments<T>(
  flags: Omit<Flags, "period">,
  work: (opened: Opened, scope: { tenant: string; connection: string; client: SapClient }) => Promise<T>,
): Promise<T> {
  return withProcore(
    flags,
    ({ hub }, connection, signal) => hub.listProcoreCommitments({ connection, signal }),
    async (opened, connection) => {
      const { tenant, client } = scopeOf(opened.config, connection, { year: 0, period: 0 });
      return work(opened, { tenant, connection, client });
    },
  );
}
