/**
 * The budget as Procore shows it, for totals that are none of ours (ruling 31): budget views, their columns, and a row for each budget line. What
 * a view's columns are is the customer's choice; a column's id is its key in a row, read out of the spec's examples (procore 4.13 [D]).
 */
import { z } from "zod";
import type { Result } from "../../core/index.ts";
import type { CallOptions } from "../call.ts";
import type { Door } from "../door.ts";
import { toDecimalText } from "../exact-json.ts";
import type { ProcoreFault } from "../faults.ts";
import type { Listing } from "../paging.ts";
import { decimal, flag, id, idOrNull, text } from "../schema.ts";

const viewSchema = z.object({ id, name: text, description: text });

const columnsSchema = z
  .array(z.object({ id: z.string(), name: text, type: text, aggregatable: flag }))
  .transform((columns) => columns.map(({ id: key, name, type, aggregatable }) => ({ key, name, type, isSum: aggregatable })));

const lineSchema = z
  .object({
    id,
    original_budget_amount: decimal,
    quantity: decimal,
    unit_cost: decimal,
    uom: text,
    wbs_code: z.object({ id: id.nullish(), flat_code: text }).nullish(),
  })
  .transform((line) => ({
    id: line.id,
    originalBudgetAmount: line.original_budget_amount,
    quantity: line.quantity,
    unitCost: line.unit_cost,
    uom: line.uom,
    wbsCodeId: line.wbs_code?.id ?? null,
    flatCode: line.wbs_code?.flat_code ?? null,
  }));

const detailRowSchema = z
  .looseObject({
    id,
    wbs_code_id: idOrNull,
    cost_code: text,
    category: text,
    original_budget_amount: decimal,
    budget_modifications: decimal,
    currency_configuration: z.object({ currency_iso_code: text }).nullish(),
  })
  .transform((row) => ({
    id: row.id,
    wbsCodeId: row.wbs_code_id,
    costCode: row.cost_code,
    category: row.category,
    originalBudgetAmount: row.original_budget_amount,
    budgetModifications: row.budget_modifications,
    currencyIsoCode: row.currency_configuration?.currency_iso_code ?? null,
    /** A view column's amount by its key; undefined where the row does not carry it, or not as a number. */
    column: (key: string): string | undefined => toDecimalText(row[key]),
  }));

export type BudgetView = z.infer<typeof viewSchema>;
export type BudgetColumn = z.infer<typeof columnsSchema>[number];
export type BudgetLine = z.infer<typeof lineSchema>;
export type BudgetDetailRow = z.infer<typeof detailRowSchema>;
type OfView = { projectId: number; viewId: number };

export type Budget = {
  views(projectId: number, options?: CallOptions): Listing<BudgetView>;
  columns(of: OfView, options?: CallOptions): Promise<Result<BudgetColumn[], ProcoreFault>>;
  detailRows(of: OfView, options?: CallOptions): Listing<BudgetDetailRow>;
  line(of: { projectId: number; id: number }, options?: CallOptions): Promise<Result<BudgetLine, ProcoreFault>>;
  isLocked(projectId: number, options?: CallOptions): Promise<Result<boolean | null, ProcoreFault>>;
};

const views = "/rest/v1.0/budget_views";

export function createBudget(door: Door): Budget {
  const ofProject = (projectId: number) => ({ query: [["project_id", projectId] as const], projectId });
  return {
    views: (projectId, options) => door.list({ template: views, ...ofProject(projectId) }, viewSchema, options),
    columns: ({ projectId, viewId }, options) =>
      door.get(
        {
          template: `${views}/{budget_view_id}/budget_detail_columns`,
          path: { budget_view_id: viewId },
          ...ofProject(projectId),
        },
        columnsSchema,
        options,
      ),
    detailRows: ({ projectId, viewId }, options) =>
      door.list(
        { template: `${views}/{budget_view_id}/detail_rows`, path: { budget_view_id: viewId }, ...ofProject(projectId) },
        detailRowSchema,
        options,
      ),
    line: ({ projectId, id: lineId }, options) =>
      door.get(
        { template: "/rest/v1.1/budget_line_items/{id}", path: { id: lineId }, ...ofProject(projectId) },
        lineSchema,
        options,
      ),
    isLocked: (projectId, options) =>
      door.get(
        { template: "/rest/v1.0/projects/{project_id}/budget", path: { project_id: projectId }, projectId },
        z.object({ locked: flag }).transform(({ locked }) => locked),
        options,
      ),
  };
}
