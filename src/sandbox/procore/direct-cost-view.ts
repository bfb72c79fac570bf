/** How a direct cost is answered: listed, shown by v1.0, shown by v1.1 with its lines (procore 4.11). */
import { showTotal } from "./decimal.ts";
import { showLine } from "./line-view.ts";
import type { DirectCost } from "./records.ts";
import type { World } from "./world.ts";

function common(world: World, cost: DirectCost): Record<string, unknown> {
  const { fields } = cost;
  const total = showTotal(world.totalOf(cost.id).total);
  return {
    id: cost.id,
    direct_cost_type: cost.type,
    status: cost.status,
    description: fields.description ?? null,
    direct_cost_date: fields.direct_cost_date ?? null,
    received_date: fields.received_date ?? null,
    payment_date: fields.payment_date ?? null,
    invoice_number: cost.invoiceNumber,
    ...(typeof fields.terms === "string" ? { terms: fields.terms } : {}),
    ...(typeof fields.employee_id === "number" ? { employee: { id: fields.employee_id, name: "" } } : {}),
    origin_id: cost.originId,
    origin_data: fields.origin_data ?? null,
    grand_total: total,
    tax_breakdown: { subtotal: total, tax_total: "0.0", grand_total: total, tax_details: [] },
    created_at: cost.createdAt,
    updated_at: cost.updatedAt,
    deleted_at: null,
  };
}

const currencyOf = (world: World, cost: DirectCost) => world.projects.get(cost.projectId)?.currencyIsoCode ?? "";

export function showListedCost(world: World, cost: DirectCost): unknown {
  const vendor = world.vendors.get(cost.vendorId ?? undefined);
  return {
    ...common(world, cost),
    amount: showTotal(world.totalOf(cost.id).total),
    ...(vendor === undefined ? {} : { vendor: vendor.name, vendor_id: vendor.id, vendor_name: vendor.name }),
    currency_configuration: { currency_iso_code: currencyOf(world, cost) },
  };
}

/** v1.0, and the entities of sync. */
export function showCost(world: World, cost: DirectCost): Record<string, unknown> {
  const vendor = world.vendors.get(cost.vendorId ?? undefined);
  return {
    ...common(world, cost),
    attachments: [],
    attachments_count: 0,
    line_items_count: world.totalOf(cost.id).lines,
    ...(vendor === undefined
      ? {}
      : { vendor: { id: vendor.id, name: vendor.name }, vendor_id: vendor.id, vendor_name: vendor.name }),
    currency_configuration: { currency_iso_code: currencyOf(world, cost) },
  };
}

/** v1.1. `refs` are the references that a create sent with its lines: echoed, never kept. */
export function showCostWithLines(world: World, cost: DirectCost, refs: readonly (string | null)[] = []): unknown {
  const lines = [...world.directCostLines.by("holder", cost.id)];
  return {
    ...showCost(world, cost),
    company: { id: cost.companyId, name: world.companies.get(cost.companyId)?.name ?? "" },
    project: { id: cost.projectId, name: world.projects.get(cost.projectId)?.name ?? "" },
    // procore 4.11 [B later-oas]: true when it or its lines carry an origin id.
    synced: cost.originId !== null || lines.some((line) => line.originId !== null),
    has_workflows: false,
    line_items: lines.map((line, index) => {
      const ref = refs[index] ?? null;
      const { holder: _holder, project: _project, ...shown } = showLine(world, line, "direct-cost");
      return { ...shown, ...(ref === null ? {} : { ref }) };
    }),
  };
}
