/**
 * Rulings 4 and 5 as dates and systems of record: what is older than a project's cut-over date stays as people keyed it, and an opening balance stands for
 * it; what Procore is the system of record for is not written there. A project is named as mapping rules name it. Pure.
 */
import type { ExclusionRule } from "../disposition.ts";
import { parseIsoDate, parseSapDate, type SapDate } from "../sap-date.ts";

export const cutOverKinds = ["purchaseOrders", "invoices", "costs"] as const;
export type CutOverKind = (typeof cutOverKinds)[number];

/** Days as `2026-10-01`; a kind's own day wins over `date`. */
export type CutOverOf = { readonly date?: string | undefined } & { readonly [kind in CutOverKind]?: string | undefined } & {
  readonly systemOfRecord?: { readonly [kind in CutOverKind]?: "sap" | "procore" | undefined } | undefined;
};

/** What a project does not say, `default` says for it. */
export type CutOverDates = {
  readonly default?: CutOverOf | undefined;
  readonly projects: Readonly<Record<string, CutOverOf>>;
};

export type CutOver = {
  /** The first day that flows; undefined: all of history. */
  dateOf(kind: CutOverKind, project: string): SapDate | undefined;
  isKeptInProcore(kind: CutOverKind, project: string): boolean;
  /** `date` is BEDAT of a purchase order, BUDAT of an invoice or a cost line. One that is no day is never older. */
  isBefore(kind: CutOverKind, project: string, date: string): boolean;
};

/** Undefined where nothing is set: all of history flows, and nobody is asked about it. */
export function compileCutOver({ default: common, projects }: CutOverDates): CutOver | undefined {
  if (common === undefined && Object.keys(projects).length === 0) return undefined;
  const dateOf = (kind: CutOverKind, project: string): SapDate | undefined => {
    const own = Object.hasOwn(projects, project) ? projects[project] : undefined;
    const text = own?.[kind] ?? own?.date ?? common?.[kind] ?? common?.date;
    return text === undefined ? undefined : parseIsoDate(text);
  };
  return {
    dateOf,
    isKeptInProcore: (kind, project) => {
      const own = Object.hasOwn(projects, project) ? projects[project] : undefined;
      return (own?.systemOfRecord?.[kind] ?? common?.systemOfRecord?.[kind]) === "procore";
    },
    isBefore: (kind, project, date) => {
      const from = dateOf(kind, project);
      const day = parseSapDate(date);
      return from !== undefined && day !== undefined && day < from;
    },
  };
}

/** Purchase orders whose contract, if there is one, people keep: what is invoiced and spent on them is theirs, too. */
const keptByHand: ReadonlySet<string> = new Set<ExclusionRule>(["kept-in-procore", "left-out-at-cut-over"]);

export function isKeptByHand(rule: string | null): boolean {
  return rule !== null && keptByHand.has(rule);
}
