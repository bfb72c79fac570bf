/** What the Procore of a world allows: which projects its client sees, their currency, and the budget codes that exist. */
import type { ProcoreSeed, ProcoreSeedProject } from "../../world.ts";
import type { Mapping, MappingQuery, MappingRule } from "../mapping.ts";
import { held, type Verdict } from "./tally.ts";

export type ProcoreSide = {
  /** Visible projects of the first client, in the seed's order. */
  projects: readonly ProcoreSeedProject[];
  place(query: MappingQuery, currency: string, currencyReason: string): Placement;
};

type Placement = { verdict: Verdict } | { project: ProcoreSeedProject; rule: MappingRule };

export const budgetCodeOf = (rule: { costCode: string; costType: string }): string => `${rule.costCode}.${rule.costType}`;

export function createProcoreSide(seed: ProcoreSeed, mapping: Mapping): ProcoreSide {
  const permitted = seed.clients[0]?.permittedProjectIds ?? "all";
  const projects = seed.projects.filter((project) => permitted === "all" || permitted.includes(project.id));
  const byNumber = new Map(projects.map((project) => [project.projectNumber, project]));
  const budgetCodes = new Set(
    projects.flatMap((project) => project.wbsCodes.map((code) => `${project.id} ${budgetCodeOf(code)}`)),
  );
  return {
    projects,
    place: (query, currency, currencyReason) => {
      const rule = mapping(query);
      if (rule === undefined) return { verdict: held("mapping-no-rule") };
      const project = byNumber.get(rule.project);
      if (project === undefined) return { verdict: held("project-not-permitted") };
      if (project.currencyIsoCode !== currency) return { verdict: held(currencyReason) };
      if (!budgetCodes.has(`${project.id} ${budgetCodeOf(rule)}`)) return { verdict: held("budget-code-missing") };
      return { project, rule };
    },
  };
}
