/** The certificate of a period, with commitments to date: signed here, verified anywhere. */
import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import {
  type CertificateProblem,
  certificateBytesMax,
  keyNameOf,
  publicKeyOf,
  signCertificate,
  unexplainedOf,
  verifyCertificate,
} from "../../../core/index.ts";
import { drillDown, noteCertificate, reconcile, reconcileCommitments } from "../../../hub/index.ts";
import type { Configuration } from "../../config/index.ts";
import { exitCodes, UsageError } from "../../exit-codes.ts";
import { systemClock, systemRandom } from "../../platform/index.ts";
import { certificateContent, digestLines } from "../../reconcile/certificate-content.ts";
import { readCertificateKey } from "../../reconcile/certificate-key.ts";
import { isTied } from "../../reconcile/table.ts";
import { certificateLines, certifiedParts } from "../../report/certificate-text.ts";
import { terminal } from "../../terminal.ts";
import { openSecrets } from "../../wiring/places.ts";
import { lookAtStore } from "../../wiring/store-only.ts";
import { actor } from "../actor.ts";
import { type Flags, nothingRead, periodText, withAllColumns } from "./columns.ts";

const packageFile = new URL("../../../../package.json", import.meta.url);

async function readProductVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(packageFile, "utf8")) as { version: string };
  return version;
}

const secretsOf = (config: Configuration) =>
  openSecrets({ dataFolder: config.dataFolder, env: terminal.env, clock: systemClock, random: systemRandom });

export async function certify(flags: Flags & { out: string }): Promise<void> {
  const made = await withAllColumns(flags, async ({ store, config }, scope) => {
    const reconciliation = await reconcile(store, scope);
    const commitments = await reconcileCommitments(store, scope);
    const facts = {
      tenant: scope.tenant,
      connection: scope.connection,
      sapClient: `${scope.client.systemId}.${scope.client.client}`,
      procoreCompanyId: scope.settings.procore.companyId,
      mappingVersion: scope.mapping.version,
      period: periodText(scope),
      by: actor(),
      atMs: systemClock.now(),
      productVersion: await readProductVersion(),
      isStatementTied: isTied(reconciliation.rows, reconciliation, unexplainedOf),
    };
    const lineDigests = await digestLines(drillDown(store, scope, reconciliation));
    const billedDigests = await digestLines(commitments.lines);
    const content = certificateContent(facts, { reconciliation, lineDigests, commitments, billedDigests });
    const tied = content.isTied === true;
    const key = await readCertificateKey(secretsOf(config));
    const text = signCertificate(content, key);
    await writeFile(flags.out, text);
    await noteCertificate(store, {
      tenant: scope.tenant,
      connection: scope.connection,
      period: facts.period,
      actor: facts.by,
      atMs: facts.atMs,
      sha256: createHash("sha256").update(text).digest("hex"),
      key: keyNameOf(publicKeyOf(key)),
      isTied: tied,
    });
    return { file: flags.out, period: facts.period, isTied: tied, key: keyNameOf(publicKeyOf(key)) };
  });
  if (flags.json) terminal.json(made);
  else
    terminal.print(
      `${made.file} certifies ${made.period} and commitments to date, signed with key ${made.key}${made.isTied ? "" : "; it does not tie"}.`,
    );
  if (!made.isTied) process.exitCode = exitCodes.different;
}

const refusals: Readonly<Record<CertificateProblem, string>> = {
  "too-large": "it is larger than any certificate",
  "not-a-certificate": "it is no certificate, or only a part of one",
  "not-canonical": "it is not as it was written: bytes were changed, added, left out or put in another order",
  "version-unknown": "this version does not know its form",
  "other-key": "another key than the trusted one signed it",
  "signature-wrong": "the signature is not that of what it says",
  "sums-differ": "its rows do not add up to what it states",
};

const word = (value: unknown): string => (typeof value === "string" ? value : "(not said)");

/** A file, or the key itself. */
async function readTrustedKey(given: string): Promise<string> {
  const text = await readFile(given, "utf8").catch(() => given);
  return text.trim();
}

export async function verify(file: string, flags: { key: string; json: boolean }): Promise<void> {
  const { size } = await stat(file).catch(() => {
    throw new UsageError(`There is no file ${file}.`);
  });
  const content = size > certificateBytesMax ? undefined : await readFile(file);
  const verified = content
    ? verifyCertificate(content, await readTrustedKey(flags.key))
    : ({ ok: false, error: "too-large" } as const);
  if (!verified.ok) {
    process.exitCode = exitCodes.different;
    if (flags.json) terminal.json({ file, isGenuine: false, problem: verified.error });
    else terminal.print(terminal.paint(`${file} is REFUSED: ${refusals[verified.error]} [${verified.error}].`, "bad"));
    return;
  }
  const { period, at, by, sapClient, isTied: tied, totals } = verified.value;
  if (flags.json) {
    const parts = certifiedParts(verified.value);
    return terminal.json({ file, isGenuine: true, period, at, by, sapClient, isTied: tied, totals, ...parts });
  }
  const ties = tied === true ? "every difference is explained" : "it has differences without an explanation";
  terminal.print(`${file} is genuine: ${word(sapClient)}, period ${word(period)}, made ${word(at)} by ${word(by)}; ${ties}.`);
  terminal.printAll(certificateLines(verified.value, terminal.paint));
}

export async function printKey(flags: { config: string; json: boolean }): Promise<void> {
  const publicKey = await lookAtStore({ configFile: flags.config, log: terminal.debug }, async ({ config }) =>
    publicKeyOf(await readCertificateKey(secretsOf(config))),
  );
  if (publicKey === undefined) throw nothingRead();
  if (flags.json) terminal.json({ publicKey, name: keyNameOf(publicKey) });
  else terminal.print(publicKey);
}
