/** What the configuration expects of both systems, as the judgement takes it. */
import type { FitExpectation, Mapping } from "../../core/index.ts";
import type { ConnectionSettings } from "../../hub/index.ts";

export function expectationOf({ settings, mapping }: { settings: ConnectionSettings; mapping: Mapping }): FitExpectation {
  const { sap, procore, vendors, costs, invoices, budgetCodes } = settings;
  const payroll = Object.entries(costs.costTypes).flatMap(([costType, { type }]) => (type === "payroll" ? [costType] : []));
  return {
    sap: { systemId: sap.systemId, client: sap.client },
    procore: {
      rules: mapping.rules,
      defaultCurrency: procore.currency ?? "",
      periodsHold: invoices.billingPeriods.policy === "hold",
      budgetCodesHold: (projectId) => (budgetCodes.projects[String(projectId)] ?? budgetCodes.policy) === "hold",
    },
    money: { mapping, payrollCostTypes: new Set(payroll), negativeInvoices: invoices.negative },
    twins: { scope: vendors, matching: vendors.matching },
  };
}
