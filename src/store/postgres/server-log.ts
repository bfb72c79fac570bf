/** The server's own log, `postgres.log` in the data folder: kept to two files of a bounded size, and read back for the reason of a failed start. */
import { open, rename, stat } from "node:fs/promises";

const LOG_BYTES_MAX = 10_000_000;
const REASON_BYTES_MAX = 16_384;

export type ServerLog = {
  path: string;
  descriptor: number;
  /** What is written from here on belongs to the next attempt. */
  mark(): Promise<void>;
  /** Why this process gave up: its first fatal line since the mark, without its time stamp. */
  readReason(process: number | undefined): Promise<string>;
  close(): Promise<void>;
};

export async function openServerLog(path: string): Promise<ServerLog> {
  const size = await sizeOf(path);
  if (size > LOG_BYTES_MAX) await rename(path, `${path}.old`);
  const file = await open(path, "a+", 0o600);
  let from = (await file.stat()).size;
  return {
    path,
    descriptor: file.fd,
    mark: async () => {
      from = (await file.stat()).size;
    },
    readReason: async (process) => {
      const buffer = Buffer.alloc(REASON_BYTES_MAX);
      const { bytesRead } = await file.read(buffer, 0, REASON_BYTES_MAX, from);
      return reasonIn(buffer.toString("utf8", 0, bytesRead), process);
    },
    close: () => file.close(),
  };
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}

/**
 * A FATAL line of the process, else one of anybody, else whatever the loader or the shell said. Backends that outlive a killed server write
 * to the same file, so that the first FATAL line may be theirs.
 */
export function reasonIn(text: string, process: number | undefined): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const fatal = lines.filter((candidate) => /FATAL|PANIC/.test(candidate));
  const line = fatal.find((candidate) => candidate.includes(`[${process}]`)) ?? fatal[0] ?? lines.at(-1) ?? "";
  return line.replace(/^.*?(?:FATAL|PANIC):\s*/, "").trim();
}
