/** `holds approve`: a person's word that deletions which wait are meant. Nothing is sent to Procore here; the word is in the audit trail. */
import { Command } from "commander";
import type { ErrorCode } from "../../../core/index.ts";
import { approveHolds } from "../../../hub/index.ts";
import { systemClock } from "../../platform/index.ts";
import { groupDigits } from "../../report/text-table.ts";
import { terminal } from "../../terminal.ts";
import { lookAtStore } from "../../wiring/store-only.ts";
import { actor } from "../actor.ts";
import { type HoldFlags, storeOptions, withHoldFlags } from "./common.ts";
import { readCode } from "./list.ts";
import { collect, filterOf, readText, requireAll, requireOneChoice } from "./words.ts";

type ApproveFlags = HoldFlags & { code?: ErrorCode; reason: string };

async function approve(holds: readonly bigint[], flags: ApproveFlags): Promise<void> {
  requireOneChoice([holds.length > 0, flags.code !== undefined], "numbers of holds, or --code");
  const done = await lookAtStore(storeOptions(flags), (opened) => {
    const filter = filterOf(opened, flags, { holds, ...(flags.code === undefined ? {} : { code: flags.code }) });
    return approveHolds(opened.store, { filter, reason: flags.reason, actor: actor(), atMs: systemClock.now() });
  });
  const count = requireAll(done, holds);
  if (flags.json) terminal.json({ approved: count, reason: flags.reason });
  else terminal.print(`${groupDigits(count)} approved. The next run carries it out: ml-connector sync`);
}

export function approveCommand(): Command {
  return withHoldFlags(new Command("approve").description("deletions that wait are meant: the next run carries them out"))
    .argument("[holds...]", "numbers of holds", collect)
    .option("--code <reason>", "all of this reason", readCode)
    .requiredOption("--reason <text>", "why, for the controller and the audit trail", readText)
    .action((holds: readonly bigint[] | undefined, flags: ApproveFlags) => approve(holds ?? [], flags));
}
