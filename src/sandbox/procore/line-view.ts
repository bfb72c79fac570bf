/** How a line is answered. The project-wide list of direct-cost lines is narrower than the others, as the spec has it. */
import { showType } from "./cost-types.ts";
import type { Line } from "./records.ts";
import type { World } from "./world.ts";

export type LineView = "contract" | "direct-cost" | "project-wide";

export function showLine(world: World, line: Line, view: LineView): Record<string, unknown> {
  const wbs = world.wbsCodes.get(line.wbsCodeId);
  const costCode = world.costCodes.get(wbs?.costCodeId);
  const type = world.lineItemTypes.get(wbs?.lineItemTypeId);
  const project = world.projects.get(line.projectId);
  const company = world.companies.get(line.companyId);
  const isNarrow = view === "project-wide";
  return {
    id: line.id,
    amount: line.amount,
    total_amount: line.amount,
    extended_amount: line.amount,
    extended_type: line.extendedType,
    ...(line.quantity === null ? {} : { quantity: line.quantity }),
    ...(line.unitCost === null ? {} : { unit_cost: line.unitCost }),
    ...(line.uom === null ? {} : { uom: line.uom }),
    description: line.fields.description ?? null,
    origin_id: line.originId,
    ...(isNarrow
      ? {}
      : { origin_data: line.fields.origin_data ?? null, company: { id: line.companyId, name: company?.name ?? "" } }),
    ...(line.fields.tax_code_id === undefined || line.fields.tax_code_id === null
      ? {}
      : { tax_code_id: line.fields.tax_code_id }),
    position: line.position,
    holder: { id: line.holderId, holder_type: view === "contract" ? "PurchaseOrderContract" : "DirectCost::Item" },
    project: { id: line.projectId, name: project?.name ?? "" },
    ...(wbs === undefined ? {} : { wbs_code: { id: wbs.id, flat_code: wbs.flatCode, description: wbs.description } }),
    ...(costCode === undefined
      ? {}
      : {
          cost_code: {
            id: costCode.id,
            full_code: costCode.fullCode,
            name: costCode.name,
            ...(isNarrow ? { origin_id: costCode.originId } : {}),
          },
        }),
    ...(type === undefined ? {} : { line_item_type: showType(type) }),
    currency_configuration: { currency_iso_code: project?.currencyIsoCode ?? "" },
    created_at: line.createdAt,
    updated_at: line.updatedAt,
  };
}
