/**
 * A mapping rule (design section 7): from (company code, cost object, account, material group) to (project, cost code, cost type),
 * valid over a span of dates. Each dimension is a pattern; keys stand in SAP's inner form, WBS elements by POSID (ruling 29).
 */
import type { CostObjectKind } from "../records/index.ts";
import type { SapDate } from "../sap-date.ts";

export type Pattern =
  | { readonly kind: "any" }
  | { readonly kind: "exact"; readonly value: string }
  | { readonly kind: "prefix"; readonly value: string }
  | { readonly kind: "range"; readonly from: string; readonly to: string };

export type MappingTarget = {
  /** A project's name for `findProjects`: of a row, an `origin_id` or a project number; resolved to an id when a plan is made. */
  readonly project: string;
  /** In projects that have them: a part of the budget code before the others (procore 4.12). */
  readonly subJob?: string;
  readonly costCode: string;
  readonly costType: string;
};

export type MappingRule = {
  /** Where a person finds it: file and line, or an id. */
  readonly name: string;
  readonly companyCode: Pattern;
  readonly objectKind: CostObjectKind;
  readonly object: Pattern;
  readonly account: Pattern;
  readonly materialGroup: Pattern;
  readonly validFrom?: SapDate;
  readonly validTo?: SapDate;
  readonly target: MappingTarget;
};

/** What is looked up. An absent account or material group only meets `any`. */
export type MappingQuery = {
  readonly companyCode: string;
  readonly objectKind: CostObjectKind;
  readonly object: string;
  readonly account: string;
  readonly materialGroup: string;
  readonly date: SapDate;
};

export type MappingAnswer = { readonly kind: "mapped"; readonly rule: MappingRule } | { readonly kind: "no-rule" };

export type MappingProblem = {
  code: "mapping.tie" | "mapping.too-crossed" | "mapping.span-empty";
  rules: readonly string[];
  detail: string;
};

/** A compiled, immutable set of rules. */
export type Mapping = {
  /** Names the content: equal rules, equal version. */
  readonly version: string;
  readonly ruleCount: number;
  /** Projects that any rule leads to, by the names that the rules use. */
  readonly projects: readonly string[];
  /** As they were given, for export and coverage. */
  readonly rules: readonly MappingRule[];
  resolve(query: MappingQuery): MappingAnswer;
};
