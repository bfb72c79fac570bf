/**
 * What a mapping's target must exist as in the project: cost codes, cost types (Procore's line_item_types) and their combinations, the
 * budget codes (wbs_codes) on which line money stands (procore 4.12 [A]). Only a combination is created, never one of its parts: these are the segments'
 * items. Creating one that is there is documented to change its description and nothing else [A], so none is sent.
 */
import { z } from "zod";
import { assert } from "../../core/index.ts";
import type { CallOptions, WriteOptions, WriteOutcome } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { flag, id, idOfObject, text } from "../schema.ts";

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

const segmentOfItem = z.object({ segment: z.object({ type: text }).nullish() });
const wbsCodeFields = { id, flat_code: text, flat_name: text, description: text, status: text };

const wbsCodeSchema = z.object({ ...wbsCodeFields, segment_items: z.array(segmentOfItem).nullish() }).transform((code) => ({
  id: code.id,
  /** `<full cost code>.<cost type>`, with a sub job before it where there is one: `01-011.CT1`. */
  flatCode: code.flat_code,
  flatName: code.flat_name,
  description: code.description,
  isActive: code.status !== "inactive",
  /** `A.03.M` is a sub job's, or one of a cost code with a dot; undefined where Procore does not show the parts. */
  hasSubJob: code.segment_items?.some(({ segment }) => segment?.type === "sub_job"),
}));

const segmentSchema = z
  .object({ id, type: text, name: text, required: flag, is_included_in_project_pattern: flag })
  .transform((segment) => ({
    id: segment.id,
    /** `sub_job`, `cost_code` and `line_item_type` are the legacy ones (procore 4.12 [A]). */
    type: segment.type ?? "",
    name: segment.name ?? "",
    isRequired: segment.required === true,
    isInPattern: segment.is_included_in_project_pattern !== false,
  }));

const segmentItemSchema = z.object({ id, code: text, path_code: text, name: text, status: text }).transform((item) => ({
  id: item.id,
  code: item.code,
  /** With its parents' codes before it. */
  pathCode: item.path_code,
  name: item.name,
  isActive: item.status !== "inactive",
}));

const choice = z.strictObject({ segment_id: id, segment_item_id: id });
const newCode = z.strictObject({ segment_items: z.array(choice).min(1) });

export type CostCode = z.infer<typeof costCodeSchema>;
export type LineItemType = z.infer<typeof lineItemTypeSchema>;
export type WbsCode = z.infer<typeof wbsCodeSchema>;
export type Segment = z.infer<typeof segmentSchema>;
export type SegmentItem = z.infer<typeof segmentItemSchema>;
export type NewWbsCode = z.input<typeof newCode>;

export type BudgetCodes = {
  costCodes(projectId: number, options?: CallOptions): Listing<CostCode>;
  lineItemTypes(projectId: number, options?: CallOptions): Listing<LineItemType>;
  wbsCodes(projectId: number, options?: CallOptions): Listing<WbsCode>;
  segments(projectId: number, options?: CallOptions): Listing<Segment>;
  /** Active and inactive ones. Cost codes of a sub job show only where it is named [A]. */
  segmentItems(ask: { projectId: number; segmentId: number; subJobId?: number }, options?: CallOptions): Listing<SegmentItem>;
  createWbsCode(projectId: number, code: NewWbsCode, options?: WriteOptions): Promise<WriteOutcome<WbsCode>>;
};

const breakdown = "/rest/v1.0/projects/{project_id}/work_breakdown_structure";
const collection = `${breakdown}/wbs_codes`;

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
          template: collection,
          path: { project_id: projectId },
          projectId,
        },
        wbsCodeSchema,
        options,
      ),
    segments: (projectId, options) =>
      door.list(
        { template: `${breakdown}/segments`, path: { project_id: projectId }, projectId, isUnpaged: true },
        segmentSchema,
        options,
      ),
    segmentItems: ({ projectId, segmentId, subJobId }, options) =>
      door.list(
        {
          template: `${breakdown}/segments/{segment_id}/segment_items`,
          path: { project_id: projectId, segment_id: segmentId },
          query: subJobId === undefined ? [] : [["legacy_sub_job_id", subJobId]],
          projectId,
        },
        segmentItemSchema,
        options,
      ),
    createWbsCode(projectId, code, options) {
      const parsed = newCode.safeParse(code);
      const issue = parsed.error?.issues[0];
      assert(parsed.success, `POST ${collection}: "${issue?.path.join(".")}": ${issue?.message}`);
      return door.write(
        { method: "POST", template: collection, path: { project_id: projectId }, body: parsed.data, projectId },
        wbsCodeSchema,
        options,
      );
    },
  };
}
