/**
 * The mapping of a world: rules as they stand in `config/mapping.csv`, and the sandbox's own reading of them, from which the
 * manifest follows. Exact or any, by ruling 29's order: object, account, material group, company code. It knows no ranges or
 * prefixes; two rules that tie are an error of whoever wrote them, named here rather than settled.
 */
export type ObjectType = "wbs" | "network" | "order" | "cost-center" | "plant";

/** All text as in the file; empty means any. Dates are ISO, both ends included. */
export type MappingRule = {
  companyCode?: string;
  objectType: ObjectType;
  object: string;
  account?: string;
  materialGroup?: string;
  validFrom?: string;
  validTo?: string;
  project: string;
  costCode: string;
  costType: string;
};

export type MappingQuery = {
  companyCode: string;
  objectType: ObjectType;
  /** Internal form: padded keys, POSID for WBS elements. */
  object: string;
  account: string;
  materialGroup: string;
  /** `YYYYMMDD`. */
  day: string;
};

export type Mapping = (query: MappingQuery) => MappingRule | undefined;

const columns = "company_code,object_type,object,account,material_group,valid_from,valid_to,project,cost_code,cost_type";
const widths: Readonly<Record<ObjectType, number>> = { wbs: 0, network: 12, order: 12, "cost-center": 10, plant: 0 };

/** ALPHA (sap-data 1): digits only are padded on the left, anything else stays. */
const alpha = (value: string, width: number): string => (/^\d+$/.test(value) ? value.padStart(width, "0") : value);

/** A key as people know it: digits without their leading zeros. */
export const compactText = (key: string): string => (/^\d+$/.test(key) ? key.replace(/^0+(?=\d)/, "") : key);

const cell = (value: string | undefined): string => {
  if (value === undefined) return "";
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
};

export function mappingCsv(rules: readonly MappingRule[]): string {
  const lines = rules.map((rule) =>
    [
      rule.companyCode,
      rule.objectType,
      rule.object,
      rule.account,
      rule.materialGroup,
      rule.validFrom,
      rule.validTo,
      rule.project,
      rule.costCode,
      rule.costType,
    ]
      .map(cell)
      .join(","),
  );
  return `${[columns, ...lines].join("\n")}\n`;
}

type Prepared = { rule: MappingRule; account: string; from: string; to: string; rank: number };

function prepare(rule: MappingRule): Prepared {
  const compact = (day: string | undefined, otherwise: string) => day?.replaceAll("-", "") ?? otherwise;
  const rank = [rule.object !== "", rule.account, rule.materialGroup, rule.companyCode].reduce<number>(
    (sum, exact) => sum * 2 + (exact ? 1 : 0),
    0,
  );
  return {
    rule,
    account: alpha(rule.account ?? "", 10),
    from: compact(rule.validFrom, "00000000"),
    to: compact(rule.validTo, "99999999"),
    rank,
  };
}

function fits(prepared: Prepared, query: MappingQuery): boolean {
  const { rule } = prepared;
  return (
    (rule.companyCode === undefined || rule.companyCode === query.companyCode) &&
    (rule.account === undefined || prepared.account === query.account) &&
    (rule.materialGroup === undefined || rule.materialGroup === query.materialGroup) &&
    prepared.from <= query.day &&
    query.day <= prepared.to
  );
}

export function createMapping(rules: readonly MappingRule[]): Mapping {
  const byObject = new Map<string, Prepared[]>();
  for (const rule of rules) {
    const key = `${rule.objectType} ${alpha(rule.object, widths[rule.objectType])}`;
    byObject.set(key, [...(byObject.get(key) ?? []), prepare(rule)]);
  }
  return (query) => {
    const candidates = [`${query.objectType} ${query.object}`, `${query.objectType} `]
      .flatMap((key) => byObject.get(key) ?? [])
      .filter((prepared) => fits(prepared, query));
    const best = candidates.reduce<Prepared | undefined>(
      (found, next) => (found === undefined || next.rank > found.rank ? next : found),
      undefined,
    );
    if (best === undefined) return undefined;
    if (candidates.some((other) => other !== best && other.rank === best.rank)) {
      throw new Error(`two mapping rules tie for ${query.objectType} ${query.object}, account ${query.account} on ${query.day}`);
    }
    return best.rule;
  };
}
