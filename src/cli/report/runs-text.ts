/** The list of runs, one line each. Pure. */
import { flows } from "../../core/index.ts";
import type { FlowSummary, RunReport } from "../../hub/index.ts";
import { heldCount } from "./run-text.ts";
import { type Cell, groupDigits, type Paint, renderTable, type Style } from "./text-table.ts";

const styles: Readonly<Record<RunReport["state"], Style>> = { finished: "good", open: "warn", paused: "bad", stopped: "bad" };

/** `2026-11-24 12:17` */
const shortTime = (iso: string): string => iso.slice(0, 16).replace("T", " ");

export function runsLines(runs: readonly RunReport[], paint: Paint): readonly string[] {
  const total = (run: RunReport, field: keyof FlowSummary & ("read" | "created" | "updated")) =>
    groupDigits(flows.reduce((sum, flow) => sum + (run.flows[flow]?.[field] ?? 0), 0));
  const rows = runs.map((run): Cell[] => [
    run.run,
    run.connection,
    { text: run.state, style: styles[run.state] },
    run.isPlanOnly ? `${run.mode}, plan` : run.mode,
    shortTime(run.startedAt),
    run.finishedAt ? shortTime(run.finishedAt) : `${run.flow} ${run.stage}`,
    total(run, "read"),
    total(run, "created"),
    total(run, "updated"),
    groupDigits(heldCount(run)),
    run.code ?? "",
  ]);
  const left = ["connection", "state", "mode", "started (UTC)", "ended, or stands at"].map(
    (title) => ({ title, align: "left" }) as const,
  );
  const right = ["read", "created", "updated", "held"].map((title) => ({ title, align: "right" }) as const);
  return renderTable([{ title: "run", align: "right" }, ...left, ...right, { title: "code", align: "left" }], rows, paint);
}
