/**
 * `ml-connector demo`: shows in a minute that SAP and Procore tie, or names what does not. Exit codes: 0 everything ties, 3 the run did not
 * finish, 4 a number differs, 130 interrupted. It needs no configuration and leaves nothing behind unless told to keep its folder.
 */
import { Command, InvalidArgumentError } from "commander";
import type { DemoOptions } from "../demo/demo-ports.ts";
import type { DemoReport } from "../demo/demo-report.ts";
import { startProgress } from "../demo/progress.ts";
import { reportLines } from "../demo/report-text.ts";
import { runDemo } from "../demo/run-demo.ts";
import { paintWith } from "../demo/text-table.ts";
import { createHttpClient, systemClock, systemRandom } from "../platform/index.ts";
import { openInstallation } from "../wiring/installation.ts";

export const demoExitCodes: Readonly<Record<DemoReport["outcome"], number>> = { equal: 0, "not-finished": 3, different: 4 };
const interruptedExitCode = 130;

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError(`"${text}" is no whole number.`);
  return Number(text);
}

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

/** Calls back on the first interrupt; a second one ends the process at once, as a person who presses twice expects. */
function onInterrupt(interrupt: () => void): () => void {
  let count = 0;
  const listen = () => {
    count += 1;
    if (count > 1) process.exit(interruptedExitCode);
    interrupt();
  };
  process.on("SIGINT", listen);
  process.on("SIGTERM", listen);
  return () => {
    process.off("SIGINT", listen);
    process.off("SIGTERM", listen);
  };
}

/** Kilobytes by getrusage: the peak of this process, which is hub and agent. */
const peakMegabytes = () => Math.round(process.resourceUsage().maxRSS / 1024);

async function demo({ json, keep, alterProcore, ...size }: Flags): Promise<number> {
  const { stdout, stderr } = process;
  const progressStream = json ? stderr : stdout;
  const hasColours = stdout.isTTY === true && !process.env.NO_COLOR;
  const interrupting = new AbortController();
  const http = createHttpClient();
  const progress = startProgress({
    stream: progressStream,
    clock: systemClock,
    isTerminal: progressStream.isTTY === true && process.env.TERM !== "dumb",
  });
  const stopListening = onInterrupt(() => {
    progress.end("interrupted: stopping what was started");
    interrupting.abort();
  });
  const options: DemoOptions = { size, keep, alterProcore };
  if (!json)
    stdout.write(
      "A made-up construction group moves from a simulated SAP ECC through agent and hub into a simulated Procore.\n\n",
    );
  try {
    const report = await runDemo(options, {
      clock: systemClock,
      random: systemRandom,
      http,
      progress,
      signal: interrupting.signal,
      peakMegabytes,
      // Never into a server that DATABASE_URL names, never under a key of somebody's: the demo is its own.
      openInstallation: (given) => openInstallation({ ...given, env: {} }),
      log: (line) => void (process.env.ML_CONNECTOR_DEBUG ? stderr.write(`${line}\n`) : undefined),
    });
    stdout.write(
      json ? `${JSON.stringify(report, undefined, 2)}\n` : `${reportLines(report, paintWith(hasColours)).join("\n")}\n`,
    );
    return demoExitCodes[report.outcome];
  } catch (error) {
    if (!interrupting.signal.aborted) throw error;
    stderr.write("The demo was interrupted; everything that it had started is stopped.\n");
    return interruptedExitCode;
  } finally {
    await progress.stop();
    await http.close();
    stopListening();
  }
}

export function demoCommand(): Command {
  return new Command("demo")
    .description("sync a made-up construction group from a simulated SAP ECC into a simulated Procore, and compare both sides")
    .option("--projects <n>", "projects in Procore", wholeNumber, 40)
    .option("--vendors <n>", "vendors in SAP", wholeNumber, 2000)
    .option("--purchase-orders <n>", "purchase orders", wholeNumber, 3000)
    .option("--po-lines <n>", "their lines", wholeNumber, 9000)
    .option("--cost-lines <n>", "FI lines with a cost object", wholeNumber, 60000)
    .option("--seed <n>", "another seed gives another group", wholeNumber, 1)
    .option("--keep", "keep the folder with configuration, database and world", false)
    .option("--alter-procore", "alter one amount in Procore after the sync: the demo must find it", false)
    .option("--json", "print the report as JSON", false)
    .action(async (flags: Flags) => {
      process.exitCode = await demo(flags);
    });
}
