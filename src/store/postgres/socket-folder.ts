/**
 * Where the server's unix socket lies: inside the data folder, or, where that path is too long for a socket address, in a short folder
 * under the system's temporary one whose name is a hash of the data folder. Mode 0700: who may enter the folder may enter the
 * server, nobody else can. A folder of that name that belongs to another user is refused, not used.
 */
import { createHash } from "node:crypto";
import { chown, lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode, StoreFault } from "../fault.ts";
import type { ServerUser } from "./server-user.ts";

/** A socket address holds 107 bytes on Linux and 103 on macOS; PostgreSQL's lock file needs none of them. */
const SOCKET_PATH_BYTES_MAX = 99;
export const SOCKET_PORT = 5432;
const SOCKET_NAME = `.s.PGSQL.${SOCKET_PORT}`;
const NAME_HASH_CHARACTERS = 16;

const fits = (folder: string) => Buffer.byteLength(join(folder, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX;

export function socketFolderOf(dataFolder: string): string {
  const inside = join(dataFolder, "socket");
  if (fits(inside)) return inside;
  const hash = createHash("sha256").update(dataFolder).digest("hex").slice(0, NAME_HASH_CHARACTERS);
  const short = join(tmpdir(), `mlc-${hash}`);
  return fits(short) ? short : join("/tmp", `mlc-${hash}`);
}

export async function prepareSocketFolder(dataFolder: string, user: ServerUser | undefined): Promise<string> {
  const folder = socketFolderOf(dataFolder);
  try {
    await mkdir(folder, { mode: 0o700 });
    if (user !== undefined) await chown(folder, user.uid, user.gid);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
  const found = await lstat(folder);
  const owner = user?.uid ?? process.getuid?.();
  if (!found.isDirectory() || found.uid !== owner || (found.mode & 0o077) !== 0)
    throw new StoreFault(
      "data-foreign",
      `${folder}, where the store's socket belongs, is not a private folder of the server's user (${user?.name ?? "this user"}).`,
      "Remove it if it is a left-over, and look who made it if it is not.",
    );
  return folder;
}
