/**
 * IDocs as flat files in a folder (port type 3). A file is taken when it has not grown between two looks and ends as a file of records does; it is renamed
 * when the hub has committed it, so that a crash before that reads it again, and the hub knows it then. What is no package is renamed apart, and told.
 */
import { readdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../ports/index.ts";
import { readFlatFile } from "../../sap/index.ts";
import type { HubClient } from "../hub-client.ts";
import { receivePackage } from "./receive.ts";

export type FolderOptions = {
  folder: string;
  lookEveryMs: number;
  fileBytesMax: number;
  hub: Pick<HubClient, "tellIDocs">;
  clock: Clock;
  log: (line: string) => void;
};

export const doneSuffix = ".done";
export const refusedSuffix = ".refused";

type Seen = Map<string, string>;

async function isStill(path: string, name: string, seen: Seen): Promise<boolean> {
  const { size, mtimeMs } = await stat(path);
  const look = `${size} ${mtimeMs}`;
  const isSame = seen.get(name) === look && size > 0;
  seen.set(name, look);
  return isSame;
}

async function takeFile({ folder, fileBytesMax, hub, log }: FolderOptions, name: string): Promise<void> {
  const path = join(folder, name);
  const { size } = await stat(path);
  if (size > fileBytesMax) {
    log(`idocs: ${name} has ${size} bytes, and ${fileBytesMax} is the most`);
    return rename(path, `${path}${refusedSuffix}`);
  }
  const bytes = await readFile(path);
  // A writer that was interrupted leaves no end of line behind.
  if (bytes.at(-1) !== 0x0a) return;
  const received = await receivePackage(hub, readFlatFile(bytes));
  if (received.kind === "told") return rename(path, `${path}${doneSuffix}`);
  log(`idocs: ${name}: ${received.detail}`);
  if (received.kind === "refused") await rename(path, `${path}${refusedSuffix}`);
}

/** Once over the folder; the caller looks again. */
export async function lookIntoFolder(options: FolderOptions, seen: Seen): Promise<void> {
  const { folder, log } = options;
  const names = (await readdir(folder)).filter((name) => !name.startsWith(".") && !/\.(?:done|refused|tmp)$/.test(name)).sort();
  for (const name of seen.keys()) if (!names.includes(name)) seen.delete(name);
  for (const name of names)
    try {
      if (await isStill(join(folder, name), name, seen)) await takeFile(options, name);
    } catch (error) {
      log(`idocs: ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
}

export function watchFolder(options: FolderOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const seen: Seen = new Map();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await lookIntoFolder(options, seen).catch((error: unknown) =>
        options.log(`idocs: ${error instanceof Error ? error.message : String(error)}`),
      );
      await options.clock.sleep(options.lookEveryMs, stopping.signal);
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
