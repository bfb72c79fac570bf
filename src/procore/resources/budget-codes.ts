/**
 * What a mapping's target must exist as in the project: cost codes, cost types (Procore's line_item_types) and their combinations, the
 * budget codes (wbs_codes) on which line money stands (procore 4.12 [A]). Reads only: a missing budget code is held (ruling 2).
 */
import { z } from "zod";
import type { CallOptions } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { id, idOfObject, text } from "../schema.ts";

const costCodeSchema = z
  .object({ id, code: text, full_code: text, name: text, origin_id: text, deleted_at: text, parent: idOfObject })
  .transform((costCode) => ({
    id: costCode.id,
    /** Without its parent's prefix. */
    code: costCode.code,
    fullCode: costCode.full_code,
    name: costCode.name,
    originId: costCode.origin_id,
    parentId: costCode.parent,
    deletedAt: costCode.deleted_at,
  }));

const lineItemTypeSchema = z
  .object({ id, code: text, name: text, base_type: text, origin_id: text })
  .transform((type) => ({ id: type.id, code: type.code, name: type.name, baseType: type.base_type, originId: type.origin_id }));

const wbsCodeSchema = z.object({ id, flat_code: text, flat_name: text, description: text, status: text }).transform((code) => ({
  id: code.id,
  /** `<full cost code>.<cost type>`, with a sub job before it where there is one: `01-011.CT1`. */
  flatCode: code.flat_code,
  flatName: code.flat_name,
  description: code.description,
  isActive: code.status !== "inactive",
}));

export type CostCode = z.infer<typeof costCodeSchema>;
export type LineItemType = z.infer<typeof lineItemTypeSchema>;
export type WbsCode = z.infer<typeof wbsCodeSchema>;

export type BudgetCodes = {
  costCodes(projectId: number, options?: CallOptions): Listing<CostCode>;
  lineItemTypes(projectId: number, options?: CallOptions): Listing<LineItemType>;
  wbsCodes(projectId: number, options?: CallOptions): Listing<WbsCode>;
};

export function createBudgetCodes(door: Door): BudgetCodes {
  return {
    costCodes: (projectId, options) =>
      door.list({ template: "/rest/v1.0/cost_codes", query: [["project_id", projectId]], projectId }, costCodeSchema, options),
    lineItemTypes: (projectId, options) =>
      door.list(
        {
          template: "/rest/v1.0/line_item_types",
          query: [
            ["company_id", door.companyId],
            ["project_id", projectId],
          ],
          projectId,
        },
        lineItemTypeSchema,
        options,
      ),
    wbsCodes: (projectId, options) =>
      door.list(
        {
          template: "/rest/v1.0/projects/{project_id}/work_breakdown_structure/wbs_codes",
          path: { project_id: projectId },
          projectId,
        },
        wbsCodeSchema,
        options,
      ),
  };
}
