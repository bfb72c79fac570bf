/** Rules as the cells of a table again: what `readMappingRule` reads into equal rules. Padded keys stand as SAP shows them. */
import { fromAlpha } from "../keys.ts";
import { formatIsoDate } from "../sap-date.ts";
import { accountForm, companyCodeForm, type KeyForm, materialGroupForm, objectForms } from "./key-form.ts";
import { patternText } from "./pattern.ts";
import type { MappingColumn } from "./read-rule.ts";
import type { MappingRule, Pattern } from "./rule.ts";

function cellOf(pattern: Pattern, { isPadded }: KeyForm): string {
  if (!isPadded || pattern.kind === "prefix" || pattern.kind === "any") return patternText(pattern);
  if (pattern.kind === "exact") return fromAlpha(pattern.value);
  return `${fromAlpha(pattern.from)}..${fromAlpha(pattern.to)}`;
}

export function mappingCells(rule: MappingRule): Readonly<Record<MappingColumn, string>> {
  return {
    company_code: cellOf(rule.companyCode, companyCodeForm),
    object_type: rule.objectKind,
    object: cellOf(rule.object, objectForms[rule.objectKind]),
    account: cellOf(rule.account, accountForm),
    material_group: cellOf(rule.materialGroup, materialGroupForm),
    valid_from: rule.validFrom === undefined ? "" : formatIsoDate(rule.validFrom),
    valid_to: rule.validTo === undefined ? "" : formatIsoDate(rule.validTo),
    project: rule.target.project,
    sub_job: rule.target.subJob ?? "",
    cost_code: rule.target.costCode,
    cost_type: rule.target.costType,
  };
}
