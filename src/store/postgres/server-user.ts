/**
 * Whom the server runs as. PostgreSQL refuses root, so a root process drops to the owner of existing data, else to `postgres`, else to
 * `nobody`; a normal user runs it as itself. Also tells whether that user can reach a folder, and which folder bars the way.
 */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

export type ServerUser = { name: string; uid: number; gid: number };

/** Linux's overflow user, the one `nobody` means where /etc/passwd does not say. */
const NOBODY_ID = 65_534;

/** Undefined: the server runs as the user this process runs as. */
export function chooseServerUser(clusterFolder: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  return knownUser("postgres") ?? knownUser("nobody") ?? { name: "nobody", uid: NOBODY_ID, gid: NOBODY_ID };
}

function knownUser(name: string): ServerUser | undefined {
  for (const line of passwdLines()) {
    const [login, , uid, gid] = line.split(":");
    if (login === name && uid !== undefined && gid !== undefined && uid !== "0")
      return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function passwdLines(): string[] {
  try {
    return readFileSync("/etc/passwd", "utf8").split("\n");
  } catch {
    return [];
  }
}

const MODE_SEARCH_OWNER = 0o100;
const MODE_SEARCH_GROUP = 0o010;
const MODE_SEARCH_OTHERS = 0o001;

/** The first folder on the way to `path`, itself included, that the user may not pass; undefined when the way is free. */
export function findBarrier(path: string, user: ServerUser | undefined): string | undefined {
  if (user === undefined) return undefined;
  const folders: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    folders.unshift(at);
    if (at === dirname(at)) break;
  }
  return folders.find((folder) => {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found === undefined) return false;
    if (found.uid === user.uid) return (found.mode & MODE_SEARCH_OWNER) === 0;
    if (found.gid === user.gid) return (found.mode & MODE_SEARCH_GROUP) === 0;
    return (found.mode & MODE_SEARCH_OTHERS) === 0;
  });
}

/** Whether a private server may keep its data there; for callers that choose a default folder as root. */
export function canServerReach(folder: string): boolean {
  return findBarrier(folder, chooseServerUser(folder)) === undefined;
}
