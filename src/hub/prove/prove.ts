/**
 * The nightly listing (design section 8.5): what was confirmed is looked up again, target by target, the one that was proved longest ago first, until
 * the night's calls are spent; the next night goes on from there. It finds what no answer ever said: a person's deletion, a changed amount, a
 * request that landed after it was given up. It writes nothing in Procore.
 */
import { inTenant, now } from "../context.ts";
import { compareListing, type Finding } from "./compare.ts";
import { type ProofScope, prefixOf, readExpected, readInMotion, readTargets, type Target } from "./expected.ts";
import { keepProblem, keepProof } from "./keep-proof.ts";
import { listTarget } from "./listings.ts";

export type ProofAsk = {
  /** No target is begun once as many calls are made; the one under way is ended. */
  callsMax: number;
  signal?: AbortSignal;
};

export type ProofOutcome = { targets: number; proved: number; findings: number; calls: number; isWhole: boolean };

/** Undefined: the listing was not credible, and proved nothing. */
export async function proveTarget(scope: ProofScope, target: Target): Promise<Finding[] | undefined> {
  const before = scope.connection.calls.count();
  const began = now(scope);
  const read = await listTarget(scope.connection.procore, target);
  return scope.store.transact(inTenant(scope), async (tx) => {
    if (read.kind === "not-credible") {
      await keepProblem(tx, scope, target, began, read.problem);
      return undefined;
    }
    const expected = await readExpected(tx, scope, target);
    const moving = await readInMotion(tx, scope, target, began);
    const prefix = prefixOf(scope, target.kind);
    const findings = compareListing({
      expected,
      listed: read.listed,
      isOurs: (originId) => originId.startsWith(prefix),
      isInMotion: (originId) => moving.has(originId),
    });
    const calls = scope.connection.calls.count() - before;
    await keepProof(tx, scope, target, { at: began, calls, listed: read.listed.length, expected: expected.length }, findings);
    return findings;
  });
}

export async function prove(scope: ProofScope, { callsMax, signal }: ProofAsk): Promise<ProofOutcome> {
  const begin = scope.connection.calls.count();
  const spent = () => scope.connection.calls.count() - begin;
  const targets = await readTargets(scope);
  const outcome = { targets: targets.length, proved: 0, findings: 0 };
  let looked = 0;
  for (const target of targets) {
    if (signal?.aborted || spent() >= callsMax) break;
    looked += 1;
    const findings = await proveTarget(scope, target);
    if (findings === undefined) continue;
    outcome.proved += 1;
    outcome.findings += findings.length;
  }
  return { ...outcome, calls: spent(), isWhole: looked === targets.length };
}
