/**
 * EDIDC, EDID4 and EDIDS of the sender on disk: `idocs.ndjson` keeps each IDoc whole, so that it can be sent again byte for byte, and
 * `statuses.ndjson` what became of it. What stands there as 03 was acknowledged; a line cut by a crash never was, and is dropped.
 */
import { mkdir, open, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { IDoc } from "./idoc.ts";

/** 30 ready, 02 could not be passed on or so it seems, 03 acknowledged, 31 given up for a newer one of the same object. */
export type IDocStatus = "30" | "02" | "03" | "31";

export type KeptIDoc = IDoc & { isBroken: boolean; renews?: string };
type StatusLine = { docnums: readonly string[]; status: IDocStatus; at: string; text: string };

export type Outbox = {
  readonly idocs: ReadonlyMap<string, KeptIDoc>;
  statusOf(docnum: string): IDocStatus;
  withStatus(status: IDocStatus): KeptIDoc[];
  add(idocs: readonly KeptIDoc[]): Promise<void>;
  setStatus(line: StatusLine): Promise<void>;
  nextDocnum(): string;
  close(): Promise<void>;
};

const firstDocnum = 64_000_001n;

async function linesOf<T>(path: string): Promise<T[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  return whole
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

/** Appends in turn; each line is on disk before the promise is kept. */
async function appender(path: string) {
  const file = await open(path, "a");
  let last: Promise<unknown> = Promise.resolve();
  return {
    append(values: readonly unknown[]): Promise<void> {
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join("");
      const turn = last.then(async () => {
        await file.appendFile(text);
        await file.datasync();
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    async close() {
      await last;
      await file.close();
    },
  };
}

export async function openOutbox(folder: string): Promise<Outbox> {
  await mkdir(folder, { recursive: true });
  const [idocPath, statusPath] = [join(folder, "idocs.ndjson"), join(folder, "statuses.ndjson")];
  const idocs = new Map((await linesOf<KeptIDoc>(idocPath)).map((idoc) => [idoc.docnum, idoc]));
  const statuses = new Map<string, IDocStatus>();
  for (const { docnums, status } of await linesOf<StatusLine>(statusPath))
    for (const docnum of docnums) statuses.set(docnum, status);
  let highest = [...idocs.keys()].reduce((most, docnum) => (BigInt(docnum) > most ? BigInt(docnum) : most), firstDocnum - 1n);
  const [idocFile, statusFile] = [await appender(idocPath), await appender(statusPath)];
  const statusOf = (docnum: string): IDocStatus => statuses.get(docnum) ?? "30";
  return {
    idocs,
    statusOf,
    withStatus: (status) => [...idocs.values()].filter(({ docnum }) => statusOf(docnum) === status),
    async add(added) {
      await idocFile.append(added);
      for (const idoc of added) idocs.set(idoc.docnum, idoc);
    },
    async setStatus(line) {
      await statusFile.append([line]);
      for (const docnum of line.docnums) statuses.set(docnum, line.status);
    },
    nextDocnum() {
      highest += 1n;
      return String(highest).padStart(16, "0");
    },
    async close() {
      await idocFile.close();
      await statusFile.close();
    },
  };
}
