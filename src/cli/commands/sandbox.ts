/**
 * `ml-connector sandbox`: build a made-up group or load table extracts into a world's folder, and serve that world as a simulated SAP ECC or a
 * simulated Procore, in the foreground. A server prints `listening on <url>` when it is ready and ends on SIGINT or SIGTERM.
 */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import {
  buildGroup,
  documentedLimits,
  type ExtractProfileName,
  ExtractRefused,
  loadExtracts,
  type Manifest,
  startEcc,
  startProcore,
} from "../../sandbox/index.ts";
import { UsageError } from "../exit-codes.ts";
import { wholeNumber, withJson } from "../flags.ts";
import { listenForInterrupt, untilInterrupted } from "../interrupt.ts";
import { createHttpClient, systemClock, systemRandom } from "../platform/index.ts";
import { groupDigits } from "../report/text-table.ts";
import { terminal } from "../terminal.ts";
import { idocSendCommand } from "./sandbox-idoc-send.ts";

const portMax = 65_535;
const windowMax = 1_000_000_000;
const ports = { clock: systemClock, random: systemRandom };

/** The sandbox refuses in plain sentences of its own; here they become a person's mistake, not our defect. */
async function asUsage<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isOurs = error instanceof ExtractRefused || (error instanceof Error && error.constructor === Error);
    throw isOurs ? new UsageError(error.message) : error;
  }
}

function worldOf(folder: string, part: "ecc" | "procore"): string {
  const worldFolder = resolve(folder);
  const file = join(worldFolder, part, part === "ecc" ? "system.json" : "seed.json");
  if (existsSync(file)) return worldFolder;
  throw new UsageError(
    `${worldFolder} is no world (${file} is missing); make one with \`ml-connector sandbox build --world DIR\`.`,
  );
}

function tell(worldFolder: string, { flows }: Manifest): void {
  terminal.print(`World in ${worldFolder}`);
  for (const [flow, { read }] of Object.entries(flows)) terminal.print(`  ${flow.padEnd(16)} ${groupDigits(read.count)} atoms`);
  terminal.print(`  what must become of each stands in ${join(worldFolder, "manifest.json")}`);
}

type BuildFlags = {
  world: string;
  seed: number;
  asOf: string;
  projects: number;
  vendors: number;
  purchaseOrders: number;
  poLines: number;
  costLines: number;
  ledgers: "all" | "none";
  odata?: "internal" | "external";
  json: boolean;
};

function buildCommand(): Command {
  const count = wholeNumber(1, 2_000_000);
  return withJson(new Command("build").description("build a made-up construction group into a folder"))
    .requiredOption("--world <folder>", "where the world is written")
    .option("--seed <n>", "another seed gives another group", wholeNumber(0, 2_147_483_647), 1)
    .option("--as-of <yyyymmdd>", "last day of the books", "20260930")
    .option("--projects <n>", "projects in Procore", count, 40)
    .option("--vendors <n>", "vendors in SAP", count, 2000)
    .option("--purchase-orders <n>", "purchase orders", count, 3000)
    .option("--po-lines <n>", "their lines", count, 9000)
    .option("--cost-lines <n>", "FI lines with a cost object", count, 60_000)
    .addOption(
      new Option("--ledgers <which>", "CO documents, ledgers and totals beside the FI documents")
        .choices(["all", "none"])
        .default("all"),
    )
    .addOption(
      new Option(
        "--odata <form>",
        "an OData service ZMLC_SRV over all tables: values as kept, or as people see them (keys stripped, amounts moved, ISO codes)",
      ).choices(["internal", "external"]),
    )
    .action(async ({ world, json, ...options }: BuildFlags) => {
      const worldFolder = resolve(world);
      const manifest = await asUsage(() => buildGroup({ ...options, worldFolder }));
      if (json) terminal.json({ world: worldFolder, flows: manifest.flows });
      else tell(worldFolder, manifest);
    });
}

type LoadFlags = { world: string; profile: string; source: string; user: string; password: string; json: boolean };

function loadCommand(): Command {
  return withJson(new Command("load").description("load CSV table extracts into a folder"))
    .requiredOption("--world <folder>", "where the world is written")
    .requiredOption("--profile <name>", "how the extracts look: gbi375, gbi140, s4demo or ides")
    .requiredOption("--source <folder>", "folder with <TABLE>.csv")
    .option("--user <name>", "user of the simulated system", "MLCONNECT")
    .option("--password <text>", "its password", "Demo-2026")
    .action(async ({ world, profile, source, user, password, json }: LoadFlags) => {
      const worldFolder = resolve(world);
      const loaded = await asUsage(() =>
        loadExtracts({
          worldFolder,
          // Names that are unknown are refused by the loader, with those that there are.
          profile: profile as ExtractProfileName,
          sourceFolder: resolve(source),
          user: { user, password, tables: ["*"], functions: ["*"] },
        }),
      );
      if (json) {
        terminal.json({ world: worldFolder, ...loaded });
        return;
      }
      for (const { table, rowsKept } of loaded.extracts) terminal.print(`  ${table.padEnd(8)} ${groupDigits(rowsKept)} rows`);
      for (const { table, lossyValues } of loaded.extracts)
        for (const [column, lost] of Object.entries(lossyValues))
          terminal.print(`  ${table}-${column}: ${groupDigits(lost)} values are lost in the export`);
      if (loaded.filesNotLoaded.length > 0) terminal.print(`  not loaded: ${loaded.filesNotLoaded.join(", ")}`);
      tell(worldFolder, loaded.manifest);
    });
}

/** Serves until told to end. The line's form is a contract with whoever starts this as a child. */
async function serve(start: () => Promise<{ url: string; close(): Promise<void> }>): Promise<void> {
  const interrupt = listenForInterrupt();
  const server = await asUsage(start);
  terminal.print(`listening on ${server.url}`);
  await untilInterrupted(interrupt);
  await server.close();
  interrupt.release();
}

type ServerFlags = { world: string; host: string; port: number };

function serverCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption("--world <folder>", "world to serve")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <n>", "port, 0 for any free one", wholeNumber(0, portMax), 0);
}

function eccCommand(): Command {
  return serverCommand("ecc", "serve a world as a simulated SAP ECC").action(({ world, host, port }: ServerFlags) =>
    serve(() => startEcc({ worldFolder: worldOf(world, "ecc"), host, port, ...ports })),
  );
}

function procoreCommand(): Command {
  return serverCommand("procore", "serve a world as a simulated Procore; its state is kept in the world's folder")
    .option("--hourly <n>", "calls an hour", wholeNumber(1, windowMax), documentedLimits.hourly)
    .option("--spike <n>", "calls in ten seconds", wholeNumber(1, windowMax), documentedLimits.spike)
    .action(({ world, host, port, hourly, spike }: ServerFlags & { hourly: number; spike: number }) =>
      serve(async () => {
        const http = createHttpClient();
        const folder = worldOf(world, "procore");
        const server = await startProcore({ worldFolder: folder, host, port, limits: { hourly, spike }, http, ...ports });
        return { url: server.url, close: () => server.close().then(() => http.close()) };
      }),
    );
}

export function sandboxCommand(): Command {
  return new Command("sandbox")
    .description("a simulated SAP ECC and a simulated Procore, for rehearsals and training")
    .addCommand(buildCommand())
    .addCommand(loadCommand())
    .addCommand(eccCommand())
    .addCommand(idocSendCommand())
    .addCommand(procoreCommand());
}
