/** The permitted projects. A project that is not permitted is absent here, without an error (procore 0.11 [A]). Reads only. */
import { z } from "zod";
import type { Result } from "../../core/index.ts";
import type { CallOptions } from "../call.ts";
import type { Door } from "../door.ts";
import type { ProcoreFault } from "../faults.ts";
import type { Listing } from "../paging.ts";
import { flag, id, text } from "../schema.ts";

const projectSchema = z
  .object({
    id,
    name: text,
    project_number: text,
    active: flag,
    origin_id: text,
    origin_code: text,
  })
  .transform((project) => ({
    id: project.id,
    name: project.name,
    projectNumber: project.project_number,
    isActive: project.active,
    originId: project.origin_id,
    originCode: project.origin_code,
  }));

const currencySchema = z.object({ currency_iso_code: text, multicurrency_enabled: flag }).transform((configuration) => ({
  /** ISO code; null where the project has no currency configuration. */
  isoCode: configuration.currency_iso_code,
  hasMulticurrency: configuration.multicurrency_enabled === true,
}));

export type ProjectCurrency = z.infer<typeof currencySchema>;

export type Project = z.infer<typeof projectSchema>;

export type Projects = {
  /** Active and inactive ones: an inactive project is permitted all the same. */
  list(options?: CallOptions): Listing<Project>;
  /** No listing carries it (procore 4.14 [A]). */
  currency(projectId: number, options?: CallOptions): Promise<Result<ProjectCurrency, ProcoreFault>>;
};

export function createProjects(door: Door): Projects {
  const query = [
    ["company_id", door.companyId],
    ["filters[by_status]", "All"],
  ] as const;
  return {
    list: (options) => door.list({ template: "/rest/v1.1/projects", query }, projectSchema, options),
    currency: (projectId, options) =>
      door.get(
        {
          template: "/rest/v1.0/companies/{company_id}/projects/{project_id}/currency_configuration",
          path: { company_id: door.companyId, project_id: projectId },
          projectId,
        },
        currencySchema,
        options,
      ),
  };
}
