/** The permitted projects. A project that is not permitted is absent here, without an error (procore 0.11 [A]). Reads only. */
import { z } from "zod";
import type { CallOptions } from "../call.ts";
import type { Door } from "../door.ts";
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
    currency_configuration: z.object({ currency_iso_code: text }).nullish(),
  })
  .transform((project) => ({
    id: project.id,
    name: project.name,
    projectNumber: project.project_number,
    isActive: project.active,
    originId: project.origin_id,
    originCode: project.origin_code,
    /** Null where Procore does not say. */
    currencyIsoCode: project.currency_configuration?.currency_iso_code ?? null,
  }));

export type Project = z.infer<typeof projectSchema>;

export type Projects = {
  /** Active and inactive ones: an inactive project is permitted all the same. */
  list(options?: CallOptions): Listing<Project>;
};

export function createProjects(door: Door): Projects {
  const query = [
    ["company_id", door.companyId],
    ["filters[by_status]", "All"],
  ] as const;
  return { list: (options) => door.list({ template: "/rest/v1.1/projects", query }, projectSchema, options) };
}
