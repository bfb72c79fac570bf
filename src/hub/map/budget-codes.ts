/**
 * The budget codes of Procore's projects as plans see them: which are there, which policy lets be created, and what is known of those that are not.
 * Filled once a run (`view.ts`); what was created since is added without another listing (`hub/budget-codes`).
 */
import {
  type BudgetCodeKey,
  budgetCodeText,
  type MissingBudgetCode,
  type ProcoreView,
  type ProjectView,
} from "../../core/index.ts";
import type { ConnectionSettings } from "../settings.ts";

export type WantedCode = { readonly project: ProjectView; readonly key: BudgetCodeKey };

export type BudgetCodeBook = {
  /** `hasSubJob`: undefined where nobody knows whether the code's first part is one. */
  set(projectId: number, code: { flatCode: string; id: number; isActive: boolean; hasSubJob?: boolean | undefined }): void;
  find(projectId: number, key: BudgetCodeKey): number | undefined;
  /** Why it stays missing; what is noted is not created any more by this run. */
  note(wanted: WantedCode, missing: MissingBudgetCode): void;
  missing(wanted: WantedCode): MissingBudgetCode | undefined;
  /** Whether policy lets it be created, and nothing is known that stands against it. */
  isCreatable(wanted: WantedCode): boolean;
};

/** The declared natural key (ruling 2): nothing of SAP's is in it, and Procore gives budget codes no origin id. */
export function budgetCodeOriginId({ project, key }: WantedCode): string {
  return `BC.${project.id}.${budgetCodeText(key)}`;
}

export function createBudgetCodeBook({ policy, projects }: ConnectionSettings["budgetCodes"]): BudgetCodeBook {
  const ids = new Map<string, number>();
  const notes = new Map<string, MissingBudgetCode>();
  const inactive = new Set<string>();
  // A cost code may have a dot in it: `A.03.M` with a sub job and without are two budget codes.
  const at = (projectId: number, flatCode: string, hasSubJob: boolean) => `${projectId} ${hasSubJob ? "in" : "-"} ${flatCode}`;
  const placeIn = (projectId: number, key: BudgetCodeKey) => at(projectId, budgetCodeText(key), key.subJob !== undefined);
  const placeOf = ({ project, key }: WantedCode) => placeIn(project.id, key);
  return {
    set(projectId, { flatCode, id, isActive, hasSubJob }) {
      for (const has of hasSubJob === undefined ? [true, false] : [hasSubJob]) {
        const place = at(projectId, flatCode, has);
        if (isActive) ids.set(place, id);
        else inactive.add(place);
      }
    },
    find: (projectId, key) => ids.get(placeIn(projectId, key)),
    note: (wanted, missing) => notes.set(placeOf(wanted), missing),
    missing(wanted) {
      const { project, key } = wanted;
      // Somebody took it out of use: nothing here takes that back, whatever the policy.
      if (inactive.has(placeOf(wanted))) {
        const waitsFor = `budget code ${budgetCodeText(key)} in project ${project.number}, which is inactive there`;
        return { hold: "budget-code-missing", waitsFor };
      }
      return notes.get(placeOf(wanted));
    },
    isCreatable(wanted) {
      if ((projects[String(wanted.project.id)] ?? policy) === "hold") return false;
      return !inactive.has(placeOf(wanted)) && !notes.has(placeOf(wanted));
    },
  };
}

/** What a plan asks its view for; `wanted` gathers what it asked in vain and could have. */
export function askingView(
  book: BudgetCodeBook,
  projectByNumber: ProcoreView["projectByNumber"],
): { view: ProcoreView; wanted: ReadonlyMap<string, WantedCode> } {
  const wanted = new Map<string, WantedCode>();
  const view: ProcoreView = {
    projectByNumber,
    budgetCode: (projectId, costCode, costType, subJob) =>
      book.find(projectId, { costCode, costType, ...(subJob === undefined ? {} : { subJob }) }),
    missingBudgetCode(project, key) {
      const asked = { project, key };
      if (book.isCreatable(asked)) wanted.set(budgetCodeOriginId(asked), asked);
      return book.missing(asked);
    },
  };
  return { view, wanted };
}
