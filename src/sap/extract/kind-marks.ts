/**
 * Several kinds of records travel in one flow, so each slice says of which kind it is: in its label, and beside what it holds, so that the keys of an
 * upload that came out too large are still halved by whoever knows nothing of kinds.
 */
import { z } from "zod";
import { Fault, type RunFlow } from "../../core/index.ts";
import type { Discovery, DiscoveryLeaf, SliceOffer } from "./flow-extract.ts";

export type KindMarks<K extends string, F extends RunFlow> = {
  mark(of: K, offer: SliceOffer<F>): SliceOffer<F>;
  unmark(given: unknown): { of: K; slice: unknown };
  /** A label without its kind: pieces of a slice are labelled after that. */
  bareLabel(of: K, label: string): string;
  markAll(of: K, found: Discovery<F>): Discovery<F>;
};

export function createKindMarks<K extends string, F extends RunFlow>(place: string, kinds: readonly K[]): KindMarks<K, F> {
  const marked = z.looseObject({ of: z.enum(kinds as readonly [K, ...K[]]) });
  const markLeaf = <T extends DiscoveryLeaf>(of: K, leaf: T): T => ({
    ...leaf,
    label: `${of} ${leaf.label}`,
    slice: { of, ...(leaf.slice as object) },
  });
  return {
    mark: markLeaf,
    unmark(given) {
      const parsed = marked.safeParse(given);
      if (!parsed.success) throw new Fault("sap.protocol", { place, detail: parsed.error.issues[0]?.message ?? "unreadable" });
      const { of, ...slice } = parsed.data;
      return { of: of as K, slice };
    },
    bareLabel: (of, label) => label.slice(of.length + 1),
    markAll(of, found) {
      const slices = found.slices.map((offer) => markLeaf(of, offer));
      if (found.kind === "complete") return { kind: "complete", slices };
      return { kind: "split", slices, ...(found.kept ? { kept: found.kept.map((leaf) => markLeaf(of, leaf)) } : {}) };
    },
  };
}
