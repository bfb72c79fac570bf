/** Companies that installed our app, and who we are there: the first two questions of `ping` (procore 4.1 [A]). Reads only. */
import { z } from "zod";
import type { Result } from "../../core/index.ts";
import type { CallOptions } from "../call.ts";
import type { Door } from "../door.ts";
import type { ProcoreFault } from "../faults.ts";
import type { Listing } from "../paging.ts";
import { flag, id, text } from "../schema.ts";

const companySchema = z.object({ id, name: text, is_active: flag }).transform((company) => ({
  id: company.id,
  name: company.name,
  isActive: company.is_active,
}));
const meSchema = z.object({ id, login: text, name: text });

export type Company = z.infer<typeof companySchema>;
export type Me = z.infer<typeof meSchema>;

export type Companies = {
  list(options?: CallOptions): Listing<Company>;
  me(options?: CallOptions): Promise<Result<Me, ProcoreFault>>;
};

export function createCompanies(door: Door): Companies {
  return {
    list: (options) => door.list({ template: "/rest/v1.0/companies" }, companySchema, options),
    me: (options) => door.get({ template: "/rest/v1.0/me", query: [["company_id", door.companyId]] }, meSchema, options),
  };
}
