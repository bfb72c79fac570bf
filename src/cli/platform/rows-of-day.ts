/**
 * The rows of a day in a file: a line a call, appended in one write, so that processes need no lock and lose nothing by ending. A day's file is
 * removed when a later day's begins. Short and synchronous on purpose: a row is counted before anything else happens to it.
 */
import { appendFileSync, closeSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Fault } from "../../core/index.ts";
import type { RowReader, RowsOfDay } from "../../ports/index.ts";

const line = /^(agent|terminal) (\d{1,12})$/;
const pieceBytes = 64 * 1024;

type Sums = Record<RowReader, number>;

/** `file` is the name without the day; its folder is there. */
export function createRowsOfDay(file: string): RowsOfDay {
  /** What was read of the file of that day so far: all before `offset`, which is a line's beginning. */
  let known = { day: "", offset: 0, sums: noRows() };
  return {
    add(day, by, rows) {
      if (rows === 0) return;
      attempt(file, () => appendFileSync(`${file}-${day}`, `${by} ${rows}\n`, { mode: 0o600 }));
      if (known.day !== day) attempt(file, () => removeBefore(file, day));
    },
    read(day) {
      if (known.day !== day) known = { day, offset: 0, sums: noRows() };
      const text = attempt(file, () => readFrom(`${file}-${day}`, known.offset));
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      for (const each of whole.split("\n")) {
        const [, by, rows] = line.exec(each) ?? [];
        if (by === "agent" || by === "terminal") known.sums[by] += Number(rows);
      }
      known.offset += Buffer.byteLength(whole);
      return { ...known.sums };
    },
  };
}

const noRows = (): Sums => ({ agent: 0, terminal: 0 });

function readFrom(path: string, offset: number): string {
  let handle: number;
  try {
    handle = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
  try {
    const pieces: Buffer[] = [];
    for (let at = offset; ; ) {
      const piece = Buffer.alloc(pieceBytes);
      const bytes = readSync(handle, piece, 0, pieceBytes, at);
      if (bytes === 0) return Buffer.concat(pieces).toString("latin1");
      pieces.push(piece.subarray(0, bytes));
      at += bytes;
    }
  } finally {
    closeSync(handle);
  }
}

function removeBefore(file: string, day: string): void {
  const beginning = `${basename(file)}-`;
  for (const name of readdirSync(dirname(file)))
    if (name.startsWith(beginning) && Number(name.slice(beginning.length)) < Number(day))
      rmSync(join(dirname(file), name), { force: true });
}

/** A budget that cannot be counted is none that holds: then nothing is read. */
function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    const detail = `the rows of policy.rowsPerDay cannot be counted there (${reason}); it must be writable for whoever reads SAP`;
    throw new Fault("config.invalid", { place: file, detail, cause });
  }
}
