/**
 * `ml-connector demo`: shows in a minute that SAP and Procore tie, or names what does not, which is exit code 4. It needs no configuration,
 * touches no installation that is there, and leaves nothing behind unless told to keep its folder.
 */
import { Command } from "commander";
import type { DemoOptions } from "../demo/demo-ports.ts";
import type { DemoReport } from "../demo/demo-report.ts";
import { startProgress } from "../demo/progress.ts";
import { reportLines } from "../demo/report-text.ts";
import { runDemo } from "../demo/run-demo.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { wholeNumber, withJson } from "../flags.ts";
import { type Interrupt, listenForInterrupt } from "../interrupt.ts";
import { createHttpClient, systemClock, systemRandom } from "../platform/index.ts";
import { terminal } from "../terminal.ts";
import { openInstallation } from "../wiring/installation.ts";

const exitCodeOf: Readonly<Record<DemoReport["outcome"], ExitCode>> = {
  equal: exitCodes.done,
  "not-finished": exitCodes.unfinished,
  different: exitCodes.different,
};

type Flags = {
  projects: number;
  vendors: number;
  purchaseOrders: number;
  poLines: number;
  costLines: number;
  seed: number;
  keep: boolean;
  alterProcore: boolean;
  json: boolean;
};

/** Kilobytes by getrusage: the peak of this process, which is hub and agent. */
const peakMegabytes = () => Math.round(process.resourceUsage().maxRSS / 1024);

async function makeReport(options: DemoOptions, isJson: boolean, interrupt: Interrupt): Promise<DemoReport> {
  const stream = isJson ? process.stderr : process.stdout;
  const isTerminal = stream.isTTY === true && terminal.env.TERM !== "dumb";
  const progress = startProgress({ stream, clock: systemClock, isTerminal });
  const http = createHttpClient();
  interrupt.signal.addEventListener("abort", () => progress.end("interrupted: stopping what was started"), { once: true });
  try {
    return await runDemo(options, {
      clock: systemClock,
      random: systemRandom,
      http,
      progress,
      signal: interrupt.signal,
      peakMegabytes,
      // Never into a server that DATABASE_URL names, never under a key of somebody's: the demo is its own.
      openInstallation: (given) => openInstallation({ ...given, env: {} }),
      log: terminal.debug,
    });
  } finally {
    await progress.stop();
    await http.close();
  }
}

async function demo({ json, keep, alterProcore, ...size }: Flags): Promise<ExitCode> {
  const interrupt = listenForInterrupt();
  if (!json)
    terminal.print(
      "A made-up construction group moves from a simulated SAP ECC through agent and hub into a simulated Procore.\n",
    );
  try {
    const report = await makeReport({ size, keep, alterProcore }, json, interrupt);
    if (json) terminal.json(report);
    else for (const line of reportLines(report, terminal.paint)) terminal.print(line);
    return exitCodeOf[report.outcome];
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    terminal.note("The demo was interrupted; everything that it had started is stopped.");
    return exitCodes.interrupted;
  } finally {
    interrupt.release();
  }
}

export function demoCommand(): Command {
  const count = wholeNumber(1, 2_000_000);
  return withJson(
    new Command("demo").description(
      "sync a made-up construction group from a simulated SAP ECC into a simulated Procore, and compare both sides",
    ),
  )
    .option("--projects <n>", "projects in Procore", count, 40)
    .option("--vendors <n>", "vendors in SAP", count, 2000)
    .option("--purchase-orders <n>", "purchase orders", count, 3000)
    .option("--po-lines <n>", "their lines", count, 9000)
    .option("--cost-lines <n>", "FI lines with a cost object", count, 60_000)
    .option("--seed <n>", "another seed gives another group", wholeNumber(0, 2_147_483_647), 1)
    .option("--keep", "keep the folder with configuration, database and world", false)
    .option("--alter-procore", "alter one amount in Procore after the sync: the demo must find it", false)
    .action(async (flags: Flags) => {
      process.exitCode = await demo(flags);
    });
}
