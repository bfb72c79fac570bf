/**
 * The key that seals secrets: 32 bytes, from the environment, or from a file that only its owner may read and that is made on first
 * use. The file appears whole or not at all, and two processes that make it at once end with the same one.
 */
import { createHash } from "node:crypto";
import { link, open, readFile, rm, stat } from "node:fs/promises";
import { Fault } from "../../core/index.ts";
import type { Random } from "../../ports/index.ts";

const KEY_BYTES = 32;
export const KEY_VARIABLE = "ML_CONNECTOR_KEY";
const READABLE_BY_OTHERS = 0o077;

export type KeySource = {
  /** The value of ML_CONNECTOR_KEY; it wins over the file. */
  environmentKey: string | undefined;
  keyFile: string;
  random: Random;
};

/** Undefined when there is neither a variable nor a file. */
export async function readKey({ environmentKey, keyFile }: KeySource): Promise<Buffer | undefined> {
  if (environmentKey !== undefined && environmentKey !== "") return decodeKey(environmentKey, KEY_VARIABLE);
  const found = await stat(keyFile).catch(absent);
  if (found === undefined) return undefined;
  if (process.platform !== "win32" && (found.mode & READABLE_BY_OTHERS) !== 0)
    throw new Fault("config.secret-broken", {
      place: keyFile,
      detail: `others than its owner may read this key (mode ${(found.mode & 0o777).toString(8)}); run chmod 600 on it`,
    });
  return decodeKey(await readFile(keyFile, "utf8"), keyFile);
}

export async function readOrMakeKey(source: KeySource): Promise<Buffer> {
  const known = await readKey(source);
  if (known !== undefined) return known;
  const text = `${Buffer.from(source.random.bytes(KEY_BYTES)).toString("base64")}\n`;
  const partial = `${source.keyFile}.${Buffer.from(source.random.bytes(6)).toString("hex")}`;
  try {
    await writeWhole(partial, text);
    // Fails where another process was first; a rename would replace its key and orphan what it sealed.
    await link(partial, source.keyFile).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  } finally {
    await rm(partial, { force: true });
  }
  return (await readKey(source)) ?? decodeKey(text, source.keyFile);
}

function decodeKey(text: string, place: string): Buffer {
  const trimmed = text.trim();
  const key = Buffer.from(trimmed, "base64");
  // Buffer skips what is not base64, so the round trip is the check. The value itself is never shown.
  if (key.length !== KEY_BYTES || key.toString("base64").replace(/=+$/, "") !== trimmed.replace(/=+$/, ""))
    throw new Fault("config.secret-broken", {
      place,
      detail: `a key is ${KEY_BYTES} bytes in base64 (openssl rand -base64 ${KEY_BYTES}); this one is not`,
    });
  return key;
}

/** Tells one key from another without giving either away. */
export const keyIdOf = (key: Buffer): string =>
  createHash("sha256").update("ml-connector key\n").update(key).digest("hex").slice(0, 16);

/** On the disk before it has its name. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

export function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}
