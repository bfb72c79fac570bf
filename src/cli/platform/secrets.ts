/**
 * Secrets at rest: one file of values sealed with AES-256-GCM, each bound to its name, under a key that lies elsewhere. A value that was
 * altered, moved to another name, or sealed under another key is refused with its name; nothing is guessed. The file is replaced in one
 * step, and writers of several processes take turns. No value appears in an error or a log.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { Fault } from "../../core/index.ts";
import type { Clock, Random, Secrets } from "../../ports/index.ts";
import { withFileLock } from "./file-lock.ts";
import { absent, KEY_VARIABLE, keyIdOf, readKey, readOrMakeKey, writeWhole } from "./key-file.ts";

export type FileSecretsOptions = {
  /** Usually `secrets.json` in the home folder. */
  file: string;
  /** Where the key is kept when the environment does not give one; made on the first write. Best not beside the secrets' backup. */
  keyFile: string;
  /** The value of ML_CONNECTOR_KEY. */
  environmentKey?: string | undefined;
  clock: Clock;
  random: Random;
};

const CIPHER = "aes-256-gcm";
/** NIST SP 800-38D: 96 bits, random, is sound for 2^32 values under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Names are ours around a connection's (`ECC_PRD.sap.password`); any other is a defect. `__proto__` would be lost in the file's object. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

const base64 = z.base64();
const sealedShape = z.strictObject({ keyId: z.string(), nonce: base64, sealed: base64, tag: base64 });
const fileShape = z.strictObject({ version: z.literal(1), secrets: z.record(z.string(), sealedShape) });
type Sealed = z.infer<typeof sealedShape>;
type SecretsFile = z.infer<typeof fileShape>;

export function createFileSecrets(options: FileSecretsOptions): Secrets {
  const source = { environmentKey: options.environmentKey, keyFile: options.keyFile, random: options.random };
  return {
    read: async (name) => {
      checkName(name);
      const sealed = entryOf((await load(options.file)).secrets, name);
      if (sealed === undefined) return undefined;
      const key = await readKey(source);
      if (key === undefined)
        throw broken(options.file, name, `its key is gone: neither ${KEY_VARIABLE} nor ${options.keyFile} is there`);
      return unseal(sealed, { key, name, file: options.file });
    },
    write: async (name, value) => {
      checkName(name);
      await mkdir(dirname(options.file), { recursive: true, mode: 0o700 });
      await withFileLock(`${options.file}.lock`, options.clock, async () => {
        const current = await load(options.file);
        const key = await readOrMakeKey(source);
        const secrets = { ...current.secrets, [name]: seal(value, { key, name, nonce: options.random.bytes(NONCE_BYTES) }) };
        await save(options.file, { version: 1, secrets }, options.random);
      });
    },
  };
}

function checkName(name: string): void {
  if (!namePattern.test(name))
    throw new Error(`"${name}" is no name for a secret: letters, digits, dots, hyphens and underscores`);
}

/** A name like `constructor` is a name, not a property. */
const entryOf = (secrets: SecretsFile["secrets"], name: string): Sealed | undefined =>
  Object.hasOwn(secrets, name) ? secrets[name] : undefined;

const boundTo = (name: string): Buffer => Buffer.from(`ml-connector secret 1\n${name}`);

function seal(value: string, { key, name, nonce }: { key: Buffer; name: string; nonce: Uint8Array }): Sealed {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo(name));
  const sealed = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return {
    keyId: keyIdOf(key),
    nonce: Buffer.from(nonce).toString("base64"),
    sealed: sealed.toString("base64"),
    tag: cipher.getAuthTag().toString("base64"),
  };
}

function unseal(sealed: Sealed, { key, name, file }: { key: Buffer; name: string; file: string }): string {
  if (sealed.keyId !== keyIdOf(key)) throw broken(file, name, "it was sealed under another key than the present one");
  try {
    const decipher = createDecipheriv(CIPHER, key, Buffer.from(sealed.nonce, "base64"), { authTagLength: TAG_BYTES })
      .setAAD(boundTo(name))
      .setAuthTag(Buffer.from(sealed.tag, "base64"));
    return Buffer.concat([decipher.update(Buffer.from(sealed.sealed, "base64")), decipher.final()]).toString("utf8");
  } catch {
    throw broken(file, name, "it was altered since it was sealed");
  }
}

const broken = (file: string, name: string, detail: string) =>
  new Fault("config.secret-broken", { place: `${file}, secret ${name}`, detail });

async function load(file: string): Promise<SecretsFile> {
  const text = await readFile(file, "utf8").catch(absent);
  if (text === undefined) return { version: 1, secrets: {} };
  try {
    return fileShape.parse(JSON.parse(text));
  } catch {
    // The parser's own message would quote the file.
    throw new Fault("config.secret-broken", {
      place: file,
      detail: "this is not a file of sealed secrets; restore it from a backup, or move it away and store the secrets anew",
    });
  }
}

async function save(file: string, content: SecretsFile, random: Random): Promise<void> {
  const partial = `${file}.${Buffer.from(random.bytes(6)).toString("hex")}`;
  try {
    await writeWhole(partial, `${JSON.stringify(content, undefined, 2)}\n`);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
