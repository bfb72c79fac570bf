/**
 * Ruling 33: what SAP deleted or blocked goes out of use in Procore only after two complete sweeps on end that saw it so, neither of them far from the
 * one before in how much it saw, and above a limit only with a person's word. Pure; what was seen and approved is the caller's.
 */

export const sweepsNeeded = 2;

/** How far the objects of a sweep may lie from those of the one before: the larger of a count and a share of it. */
export type SweepBand = { readonly objects: number; readonly percent: number };

/** A fall is what half a reading looks like, a rise what a doubled one does: neither proves that something is gone. */
export function isInBand(before: bigint, now: bigint, { objects, percent }: SweepBand): boolean {
  const share = (before * BigInt(percent)) / 100n;
  const allowed = share > BigInt(objects) ? share : BigInt(objects);
  const moved = now > before ? now - before : before - now;
  return moved <= allowed;
}

/** How many go at once without asking: the larger of a count and a share of those in Procore. */
export type AtOnce = { readonly count: number; readonly percent: number };

export function atOnceLimit(standing: number, { count, percent }: AtOnce): number {
  return Math.max(count, Math.floor((standing * percent) / 100));
}
