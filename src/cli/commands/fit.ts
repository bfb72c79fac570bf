/**
 * `ml-connector fit`: does this fit, before anything is written? Reads both systems within a given time and says go or no-go, with what each person has to
 * mend. Needs neither store nor hub. `fit sap` is SAP's half alone, for the agent's machine; its file is carried to where the rest is.
 */
import { Command } from "commander";
import { type FitFacts, judgeFit, type Verdict } from "../../core/index.ts";
import { loadAgent, loadConfiguration, loadHubConfiguration } from "../config/index.ts";
import { exitCodes, UsageError } from "../exit-codes.ts";
import { expectationOf } from "../fit/expectation.ts";
import { exists, type FitAsk, lookAtBoth, lookAtSapWithin } from "../fit/look.ts";
import { sapFactsText } from "../fit/sap-facts-file.ts";
import { withConfig, withJson } from "../flags.ts";
import { createHttpClient, systemClock, systemRandom } from "../platform/index.ts";
import { fitPage } from "../report/fit-html.ts";
import { fitLines } from "../report/fit-text.ts";
import { viewOfFit } from "../report/fit-view.ts";
import { askPassword, type DeskFlags, fromConfiguration, fromFlags, passwordVariable } from "../sap/open-desk.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { openSecrets } from "../wiring/places.ts";
import { writeForOwner } from "../wiring/write-file.ts";

const minutesDefault = 10;
const minutesMax = 240;

/** `10`, `0.5`. */
function readMinutes(text: string): number {
  const minutes = /^\d{1,3}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (minutes > 0 && minutes <= minutesMax) return minutes;
  throw new UsageError(`--minutes is a number of minutes up to ${minutesMax}, such as 10 or 0.5.`);
}

const timingOf = (minutes: number) => ({
  totalMs: Math.round(minutes * 60_000),
  onStep: (what: string) => terminal.progress(`looking at ${what}`),
});

const exitCodeOf: Readonly<Record<Verdict, number>> = {
  go: exitCodes.done,
  "go-with-fixes": exitCodes.done,
  "no-go": exitCodes.different,
  undecided: exitCodes.unfinished,
};

type FitFlags = { config: string; connection?: string; minutes: number; sap?: string; html?: string; json: boolean };

/** Without agent.yaml the hub's half is enough; one that is there and wrong is an error. */
async function openAsk({ config: file, connection: asked, sap, minutes }: FitFlags): Promise<FitAsk> {
  const hubOnly = await loadHubConfiguration(file);
  const name = pickConnection(hubOnly, asked);
  const hubHalf = hubOnly.connections[name];
  if (!hubHalf) throw new UsageError(`There is no connection ${name} in ${file}.`);
  const { dataFolder } = hubOnly;
  const secrets = openSecrets({ dataFolder, env: terminal.env, clock: systemClock, random: systemRandom });
  const withAgent = sap === undefined && (await exists(hubHalf.agentFile));
  const connection = withAgent ? ((await loadConfiguration(file)).connections[name] ?? hubHalf) : hubHalf;
  return { name, connection, dataFolder, secrets, timing: timingOf(minutes), ...(sap === undefined ? {} : { sapFile: sap }) };
}

async function check(flags: FitFlags): Promise<void> {
  const ask = await openAsk(flags);
  const [at, startedAt] = [new Date(systemClock.now()).toISOString(), systemClock.monotonic()];
  const facts = await lookAtBoth(ask);
  terminal.progress("");
  const { mapping } = ask.connection;
  const fit = judgeFit(facts, expectationOf(ask.connection));
  const tookMs = systemClock.monotonic() - startedAt;
  const view = viewOfFit({ connection: ask.name, at, tookMs, minutes: flags.minutes, facts, fit, mapping });
  if (flags.html !== undefined) await writeForOwner(flags.html, fitPage(view));
  if (flags.json) terminal.json({ ...fit, connection: ask.name, at, tookMs: Math.round(tookMs), facts: withoutPeople(facts) });
  else terminal.printAll(fitLines(view, terminal));
  process.exitCode = exitCodeOf[fit.verdict];
}

/** Vendors' and companies' masters stay here: their numbers are told, not they. */
function withoutPeople({ sap, procore, leftOut }: FitFacts): unknown {
  return {
    ...(sap
      ? { sap: { ...sap, vendors: sap.vendors && { isWhole: sap.vendors.isWhole, count: sap.vendors.records.length } } }
      : {}),
    ...(procore
      ? {
          procore: {
            ...procore,
            directory: procore.directory && { isWhole: procore.directory.isWhole, count: procore.directory.companies.length },
          },
        }
      : {}),
    leftOut,
  };
}

type SapFlags = DeskFlags & { agent?: string; out: string; minutes: number };

async function openSap(flags: SapFlags): ReturnType<typeof fromConfiguration> {
  if (flags.url !== undefined) return fromFlags(flags, "as-it-is");
  if (flags.agent === undefined) return fromConfiguration(flags);
  const settings = await loadAgent(flags.agent);
  const password = terminal.env[passwordVariable] ?? (await askPassword(settings.sap.user));
  const ports = { http: createHttpClient(), clock: systemClock, random: systemRandom, readPassword: async () => password };
  return { settings, ports };
}

async function sapOnly(flags: SapFlags): Promise<void> {
  const { settings, ports } = await openSap(flags);
  try {
    const facts = await lookAtSapWithin(settings, ports, timingOf(flags.minutes));
    terminal.progress("");
    await writeForOwner(flags.out, sapFactsText(facts));
    const refused = facts.tables.filter(({ state }) => state === "refused").map(({ table }) => table);
    terminal.print(
      `${flags.out}: ${facts.tables.length} tables looked at, ${refused.length} refused${refused.length === 0 ? "" : ` (${refused.join(", ")})`}.`,
    );
    for (const { what, code, detail } of facts.trouble) terminal.print(`failed: ${what} [${code}] ${detail}`);
    for (const { what, why } of facts.skipped) terminal.print(`skipped: ${what}: ${why}`);
    terminal.note("It holds vendors' masters. Judge it with: ml-connector fit --sap FILE");
    if (facts.system === undefined) process.exitCode = exitCodes.unfinished;
  } finally {
    await ports.http.close();
  }
}

const timed = (command: Command) =>
  command.option("--minutes <n>", "ends after so many minutes, and says what it skipped", readMinutes, minutesDefault);

export function fitCommand(): Command {
  const checking = timed(withJson(withConfig(new Command("check").description("both systems, and the verdict (the default)"))))
    .option("--connection <name>", "which connection, where there are several")
    .option("--sap <file>", "SAP's half from a file of `fit sap`, where SAP is reached from another machine only")
    .option("--html <file>", "also as a page to mail");
  const sap = timed(withConfig(new Command("sap").description("SAP's half alone, into a file, on the agent's machine")))
    .option("--connection <name>", "the connection, where the configuration has several")
    .option("--agent <file>", `without ml-connector.yaml: the agent's file (password from ${passwordVariable}, or asked for)`)
    .option("--url <address>", `without any file: https://host:44300/sap/bc/soap/rfc (password as above)`)
    .option("--client <number>", "with --url: the SAP client")
    .option("--user <name>", "with --url: the SAP user")
    .option("--language <letters>", "with --url: the logon language")
    .option("--plain-http", "with --url: allow http, which sends the password readable", false)
    .option("--out <file>", "where to", "sap-facts.json");
  return new Command("fit")
    .description("does this fit? go or no-go, with what each person has to mend; reads only, needs no database")
    .addCommand(checking.action(check), { isDefault: true })
    .addCommand(sap.action(sapOnly));
}
