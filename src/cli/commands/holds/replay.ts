/**
 * `holds replay`: decides chosen holds anew and sends what can go, without reading SAP. What is in Procore already is skipped by origin id. With
 * --dry-run it says what would be sent. Exit code 3 where the run did not finish.
 */
import { Command } from "commander";
import type { ErrorCode } from "../../../core/index.ts";
import type { HoldFilter, ReplayAsk, RunReport } from "../../../hub/index.ts";
import { unlessInterrupted } from "../../demo/demo-ports.ts";
import { exitCodes, UsageError } from "../../exit-codes.ts";
import { wholeNumber } from "../../flags.ts";
import { type Interrupt, listenForInterrupt } from "../../interrupt.ts";
import { systemClock } from "../../platform/index.ts";
import { previewLines } from "../../report/replay-text.ts";
import { runLines } from "../../report/run-text.ts";
import { groupDigits } from "../../report/text-table.ts";
import { terminal } from "../../terminal.ts";
import { pickConnection } from "../../wiring/connections.ts";
import { type Installation, openInstallation } from "../../wiring/installation.ts";
import { actor } from "../actor.ts";
import { type HoldFlags, readHold, storeOptions, withHoldFlags } from "./common.ts";
import { readCode } from "./list.ts";
import { requireOneChoice } from "./words.ts";

type Flags = HoldFlags & { code?: ErrorCode; run?: number; record?: string; dryRun: boolean };

const runMax = 999_999_999_999;

function filterOf(holds: readonly bigint[], { code, run, record }: Flags): Omit<HoldFilter, "tenant" | "connection"> {
  return {
    ...(holds.length === 0 ? {} : { holds }),
    code,
    record,
    ...(run === undefined ? {} : { run: BigInt(run) }),
    atMs: systemClock.now(),
  };
}

function refuseNothing(left: number): UsageError {
  return new UsageError(
    left === 0
      ? "Nothing is held that fits; `ml-connector holds` lists what is."
      : `What fits is rejected: SAP did not deliver it whole, and only SAP can. \`ml-connector sync --full\` reads it again.`,
  );
}

async function preview({ hub }: Installation, ask: ReplayAsk, flags: Flags): Promise<void> {
  const seen = await hub.previewReplay(ask);
  if (seen.taken === 0) throw refuseNothing(seen.left);
  if (flags.json) terminal.json(seen);
  else terminal.printAll(previewLines(seen, terminal.paint, terminal.width));
}

function show(report: RunReport, { taken, left }: { taken: number; left: number }, flags: Flags): void {
  if (report.state !== "finished") process.exitCode = exitCodes.unfinished;
  if (flags.json) {
    terminal.json({ taken, left, report });
    return;
  }
  const rest = left === 0 ? "" : `; ${groupDigits(left)} wait for SAP itself (sync --full)`;
  terminal.printAll([`${groupDigits(taken)} ${taken === 1 ? "hold was" : "holds were"} decided anew${rest}.`]);
  terminal.printAll(runLines(report, terminal.paint));
}

async function replayNow({ hub }: Installation, ask: ReplayAsk, flags: Flags, interrupt: Interrupt): Promise<void> {
  const opened = await hub.replay(ask);
  if (opened.run === undefined) throw refuseNothing(opened.left);
  const report = await unlessInterrupted(interrupt.signal, hub.awaitRun(opened.run));
  show(report, opened, flags);
}

async function replay(holds: readonly bigint[], flags: Flags): Promise<void> {
  const { code, run, record } = flags;
  const given = [holds.length > 0, ...[code, run, record].map((each) => each !== undefined)];
  requireOneChoice(given, "numbers of holds, --code, --run or --record");
  const interrupt = listenForInterrupt();
  try {
    const installation = await openInstallation({ ...storeOptions(flags), onFreePort: true });
    try {
      const connection = pickConnection(installation.config, flags.connection);
      const ask: ReplayAsk = { connection, filter: filterOf(holds, flags), actor: actor() };
      if (flags.dryRun) await preview(installation, ask, flags);
      else await replayNow(installation, ask, flags, interrupt);
    } finally {
      await installation.stop();
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = exitCodes.interrupted;
    terminal.note("Interrupted. The run stays where it stands; `ml-connector sync` takes it up.");
  } finally {
    interrupt.release();
  }
}

const collect = (text: string, before: readonly bigint[] | undefined) => [...(before ?? []), readHold(text)];

export function replayCommand(): Command {
  return withHoldFlags(new Command("replay").description("decide holds anew now, and send what can go; reads nothing of SAP"))
    .argument("[holds...]", "numbers of holds", collect)
    .option("--code <reason>", "all of this reason", readCode)
    .option("--run <n>", "all that this run left", wholeNumber(1, runMax))
    .option("--record <key>", "one record, such as 4500000001 or 1000.0100000001.2026")
    .option("--dry-run", "only say what would be sent", false)
    .action((holds: readonly bigint[] | undefined, flags: Flags) => replay(holds ?? [], flags));
}
