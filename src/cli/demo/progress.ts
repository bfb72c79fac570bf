/**
 * Shows that work goes on: on a terminal one line a stage that is rewritten in place, elsewhere plain lines, at least one every few seconds
 * while a stage lasts, so that a log never looks hung. It decides nothing and keeps no time of its own.
 */
import type { RunProgress } from "../../hub/index.ts";
import type { Clock } from "../../ports/index.ts";
import { groupDigits } from "../report/text-table.ts";

export type ProgressStream = { isTTY?: boolean; columns?: number; write(text: string): unknown };

export type Progress = {
  /** Ends the stage before with its last text. A whole one keeps the events of a run in its one line. */
  begin(stage: string, text?: string, options?: { isWhole: boolean }): void;
  readonly isWhole: boolean;
  update(text: string): void;
  /** Ends the stage with a last text; its seconds stand behind it. */
  end(text?: string): void;
  stop(): Promise<void>;
};

const terminalEveryMs = 100;
const plainEveryMs = 3_000;
const stageWidth = 16;

/** Tenths of a second; 61,240 ms is `61.2 s`. */
export function secondsText(durationMs: number): string {
  const tenths = Math.round(durationMs / 100);
  return `${Math.floor(tenths / 10)}.${tenths % 10} s`;
}

export function startProgress(options: { stream: ProgressStream; clock: Clock; isTerminal: boolean }): Progress {
  const { stream, clock, isTerminal } = options;
  const stopping = new AbortController();
  let current: { stage: string; text: string; startedAt: number; shownAt: number; isWhole: boolean } | undefined;

  const lineOf = ({ stage, text, startedAt }: { stage: string; text: string; startedAt: number }) =>
    `  ${stage.padEnd(stageWidth)} ${text}${text === "" ? "" : "  "}${secondsText(clock.monotonic() - startedAt)}`;
  const fit = (line: string) => line.slice(0, Math.max(20, (stream.columns || 100) - 1));
  const show = (isLast: boolean) => {
    if (current === undefined) return;
    current.shownAt = clock.monotonic();
    if (isTerminal) stream.write(`\r\u001b[2K${isLast ? `${lineOf(current)}\n` : fit(lineOf(current))}`);
    else stream.write(`${lineOf(current)}\n`);
  };
  const end = (text?: string) => {
    if (current === undefined) return;
    if (text !== undefined) current.text = text;
    show(true);
    current = undefined;
  };

  const ticking = (async () => {
    const everyMs = isTerminal ? terminalEveryMs : plainEveryMs;
    while (!stopping.signal.aborted) {
      await clock.sleep(isTerminal ? everyMs : everyMs / 3, stopping.signal);
      if (current !== undefined && clock.monotonic() - current.shownAt >= everyMs) show(false);
    }
  })();

  return {
    get isWhole() {
      return current?.isWhole === true;
    },
    begin: (stage, text = "", { isWhole } = { isWhole: false }) => {
      end();
      const startedAt = clock.monotonic();
      current = { stage, text, startedAt, shownAt: startedAt, isWhole };
      if (isTerminal) show(false);
    },
    update: (text) => {
      if (current !== undefined) current.text = text;
    },
    end,
    stop: async () => {
      end();
      stopping.abort();
      await ticking;
    },
  };
}

function runText({ stage, done, total, detail }: RunProgress): string {
  const of = total === undefined ? groupDigits(done) : `${groupDigits(done)} of ${groupDigits(total)}`;
  return `${stage} ${of}${detail === undefined ? "" : `, ${detail}`}`;
}

/** The events of a run: one line a flow and stage, or all in the line of a whole stage. */
export function showRun(progress: Progress): (event: RunProgress) => void {
  let current = "";
  return (event) => {
    if (progress.isWhole) return progress.update(`${event.flow}: ${runText(event)}`);
    const name = `${event.flow} ${event.stage}`;
    if (name !== current) progress.begin(event.flow);
    current = name;
    progress.update(runText(event));
  };
}
