/**
 * Where a command speaks: results to standard output, everything about its work to standard error, colour only on a terminal without
 * NO_COLOR. Commands get it passed in, so that a test sees what a person would.
 */

import { exitCodes } from "./exit-codes.ts";
import { type Paint, paintWith } from "./report/text-table.ts";

export type Terminal = {
  /** A line of the result. */
  print(line: string): void;
  printAll(lines: readonly string[]): void;
  /** Settles when the result's reader has taken what was printed. Whoever prints much waits for it, or it piles up in memory. */
  drained(): Promise<void>;
  /** A line about the work. */
  note(line: string): void;
  /** The same for whoever looks for a fault: said only where ML_CONNECTOR_DEBUG is set. */
  debug(line: string): void;
  /** How far the work is: one line that is written over, on a terminal only. Empty text ends it. */
  progress(text: string): void;
  /** The result for programs; a bigint as text, which no reader rounds. */
  json(value: unknown): void;
  paint: Paint;
  /** In characters: what long texts are broken at. */
  width: number;
  env: NodeJS.ProcessEnv;
};

type Stream = { isTTY?: boolean; write(text: string): unknown };
type Drainable = Stream & { columns?: number; writableNeedDrain: boolean; once(event: "drain", listen: () => void): unknown };

/** Narrower would break words, wider is hard to read. */
const widthMin = 40;
const widthMax = 120;
const widthOfPipe = 100;

const bigintAsText = (_: string, value: unknown): unknown => (typeof value === "bigint" ? String(value) : value);

function createTerminal(given: { stdout: Drainable; stderr: Stream; env: NodeJS.ProcessEnv }): Terminal {
  const { stdout, stderr, env } = given;
  return {
    print: (line) => void stdout.write(`${line}\n`),
    printAll: (lines) => void stdout.write(lines.map((line) => `${line}\n`).join("")),
    drained: async () => {
      if (stdout.writableNeedDrain) await new Promise<void>((resolve) => stdout.once("drain", resolve));
    },
    note: (line) => void stderr.write(`${line}\n`),
    debug: (line) => {
      if (env.ML_CONNECTOR_DEBUG) stderr.write(`${line}\n`);
    },
    progress: (text) => {
      if (stderr.isTTY === true) stderr.write(`\r\u001b[K${text}`);
    },
    json: (value) => void stdout.write(`${JSON.stringify(value, bigintAsText, 2)}\n`),
    paint: paintWith(stdout.isTTY === true && !env.NO_COLOR),
    width: Math.min(widthMax, Math.max(widthMin, stdout.columns ?? (Number(env.COLUMNS) || widthOfPipe))),
    env,
  };
}

/** Whoever reads our output may stop (`| head`): then the work is over at once, and it is no failure. A full disk is one. */
process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") process.exit(exitCodes.done);
  process.stderr.write(
    `ml-connector: The output cannot be written (${code ?? message}). Make room for it, or send it elsewhere.\n`,
  );
  process.exit(exitCodes.unfinished);
});

export const terminal = createTerminal({ stdout: process.stdout, stderr: process.stderr, env: process.env });
