/**
 * What survives `kill -9`: one line of JSON per committed request, appended before the answer is sent, replayed on start on top of the
 * seed. No fsync: the process may die, the machine may not. A last line without its newline was never answered and is cut off.
 */
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import type { Change, World } from "./world.ts";

export type Journal = { append(changes: readonly Change[]): void; close(): void };

export function openJournal(path: string, world: World): Journal {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) replayFile(path, world);
  const file = openSync(path, "a");
  return {
    append(changes) {
      if (changes.length > 0) appendFileSync(file, `${JSON.stringify(changes)}\n`);
    },
    close: () => closeSync(file),
  };
}

function replayFile(path: string, world: World): void {
  const bytes = readFileSync(path);
  let start = 0;
  let line = 0;
  for (let end = bytes.indexOf(10, start); end >= 0; end = bytes.indexOf(10, start)) {
    line += 1;
    world.replay(parseLine(bytes.toString("utf8", start, end), `${path}:${line}`));
    start = end + 1;
  }
  if (start < bytes.length) truncateSync(path, start);
}

function parseLine(text: string, place: string): readonly Change[] {
  try {
    const changes: unknown = JSON.parse(text);
    if (Array.isArray(changes)) return changes as readonly Change[];
  } catch {
    // reported below with its place
  }
  throw new Error(`${place} is not a journal line. Delete the journal to start again from the seed.`);
}
