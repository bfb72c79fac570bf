/**
 * Shows that work goes on: on a terminal one line a stage that is rewritten in place, elsewhere plain lines, at least one every few seconds
 * while a stage lasts, so that a log never looks hung. It decides nothing and keeps no time of its own.
 */
import type { Clock } from "../../ports/index.ts";

export type ProgressStream = { isTTY?: boolean; columns?: number; write(text: string): unknown };

export type Progress = {
  /** Ends the stage before with its last text. */
  begin(stage: string, text?: string): void;
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
  let current: { stage: string; text: string; startedAt: number; shownAt: number } | undefined;

  const lineOf = ({ stage, text, startedAt }: { stage: string; text: string; startedAt: number }) =>
    `  ${stage.padEnd(stageWidth)} ${text}${text === "" ? "" : "  "}${secondsText(clock.monotonic() - startedAt)}`;
  const fit = (line: string) => line.slice(0, Math.max(20, (stream.columns ?? 100) - 1));
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
    begin: (stage, text = "") => {
      end();
      const startedAt = clock.monotonic();
      current = { stage, text, startedAt, shownAt: startedAt };
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
