/**
 * The posting journal as a file: a line an entry, appended and forced to disk before anything is sent to SAP. A last line that a crash cut was never
 * acknowledged, so nothing was sent on its strength, and it is dropped; any other line that cannot be read stops everything, for what it said may
 * be the one thing that keeps a journal from being posted twice.
 */
import { mkdir, open, readFile, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { Fault } from "../../core/index.ts";
import type { Clock, PostingEntry, PostingJournal } from "../../ports/index.ts";
import { withFileLock } from "./file-lock.ts";
import { absent } from "./key-file.ts";

const shape = z.strictObject({
  reference: z.string().regex(/^[A-Z2-7]{16}$/),
  source: z.string().min(1),
  version: z.number().int().min(1),
  contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  state: z.enum(["sending", "not-sent", "unknown", "refused", "posted"]),
  atMs: z.number().int().min(0),
  document: z.string().optional(),
});

const broken = (place: string, detail: string, cause?: unknown) => new Fault("ledger.journal-broken", { place, detail, cause });

function readEntry(line: string, place: string): PostingEntry {
  try {
    return shape.parse(JSON.parse(line));
  } catch (cause) {
    throw broken(place, "is no entry of a posting journal", cause);
  }
}

async function readLines(file: string): Promise<{ whole: string; isCut: boolean }> {
  const text = await readFile(file, "utf8")
    .catch(absent)
    .catch((cause: NodeJS.ErrnoException) => {
      throw broken(file, `cannot be read (${cause.code ?? "unreadable"})`, cause);
    });
  const whole = (text ?? "").slice(0, (text ?? "").lastIndexOf("\n") + 1);
  return { whole, isCut: whole.length < (text ?? "").length };
}

function fold(file: string, whole: string): Map<string, PostingEntry> {
  const last = new Map<string, PostingEntry>();
  for (const [index, line] of whole.split("\n").entries()) {
    if (line === "") continue;
    const entry = readEntry(line, `${file}:${index + 1}`);
    last.set(entry.reference, entry);
  }
  return last;
}

/** What the file says now; nothing is made, locked or changed. */
export async function readPostingJournal(file: string): Promise<readonly PostingEntry[]> {
  const { whole } = await readLines(file);
  return [...fold(file, whole).values()];
}

async function forceFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** One process at a time: a second one waits a little, then is refused. */
export async function withPostingJournal<T>(
  file: string,
  clock: Clock,
  use: (journal: PostingJournal) => Promise<T>,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return withFileLock(
    `${file}.lock`,
    clock,
    async () => {
      const { whole, isCut } = await readLines(file);
      const last = fold(file, whole);
      if (isCut) await truncate(file, Buffer.byteLength(whole));
      const handle = await open(file, "a", 0o600);
      try {
        await forceFolder(dirname(file));
        return await use({
          last: (reference) => last.get(reference),
          all: () => [...last.values()],
          async append(entry) {
            await handle.appendFile(`${JSON.stringify(shape.parse(entry))}\n`);
            await handle.sync();
            last.set(entry.reference, entry);
          },
        });
      } finally {
        await handle.close();
      }
    },
    "ledger.journal-busy",
  );
}
