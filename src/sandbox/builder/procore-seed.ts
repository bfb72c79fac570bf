/**
 * Procore as it stands before the first run: one company, one service account, projects with cost codes and budget codes, and the
 * vendors that people keyed by hand. Some budget codes are missing on purpose.
 */
import type { ProcoreSeed, ProcoreSeedProject } from "../world.ts";
import { addDays, isoDay, monthEnd, monthStart } from "./days.ts";
import { costTypes, type Group, type SapProject } from "./group.ts";

export const procoreCompanyId = 8080;
export const procoreClient = { clientId: "ml-connector-demo", clientSecret: "demo-secret-not-for-production" } as const;

/** Five cost types under ids of their own; base types are those of Procore's API. */
export const lineItemTypes: ProcoreSeed["lineItemTypes"] = [
  { id: 701, companyId: procoreCompanyId, code: "L", name: "Labor", baseType: "labor" },
  { id: 702, companyId: procoreCompanyId, code: "E", name: "Equipment", baseType: "equipment" },
  { id: 703, companyId: procoreCompanyId, code: "M", name: "Materials", baseType: "materials" },
  { id: 704, companyId: procoreCompanyId, code: "S", name: "Subcontract", baseType: "commitment" },
  { id: 705, companyId: procoreCompanyId, code: "O", name: "Other", baseType: "other" },
];

export type SeedCode = { fullCode: string; name: string };

/** Ids are spaced by project so that adding a code to one project moves no other. */
export function seedProject(
  facts: Omit<ProcoreSeedProject, "companyId" | "active" | "costCodes" | "wbsCodes">,
  codes: readonly SeedCode[],
  isMissing: (fullCode: string, costType: string) => boolean,
): ProcoreSeedProject {
  const first = facts.id * 1000;
  const divisions = [...new Set(codes.map((code) => code.fullCode.split("-")[0] ?? ""))].sort();
  const parents = divisions.map((code) => ({ fullCode: code, name: `Division ${code}` }));
  const children = codes.filter((code) => code.fullCode.includes("-"));
  const wbsCodes = codes.flatMap(({ fullCode }) =>
    costTypes.filter((costType) => !isMissing(fullCode, costType)).map((costType) => ({ costCode: fullCode, costType })),
  );
  return {
    ...facts,
    companyId: procoreCompanyId,
    active: true,
    costCodes: [...parents, ...children].map((code, index) => ({ id: first + index + 1, ...code })),
    wbsCodes: wbsCodes.map((code, index) => ({ id: first + 500 + index, ...code })),
  };
}

/** The month before the books' last day is closed, and so is what the second site should have opened: its invoices wait. */
function billingPeriods(group: Group, index: number, id: number): NonNullable<ProcoreSeedProject["billingPeriods"]> {
  const { asOf } = group.options;
  const period = (number: number, month: number, status: "open" | "closed") => {
    const end = monthEnd(asOf, month);
    const days = { startDate: isoDay(monthStart(asOf, month)), endDate: isoDay(end), dueDate: isoDay(addDays(end, 10)) };
    return { id: id * 1000 + 900 + number, ...days, status };
  };
  if (index === 1) return [period(1, -1, "closed")];
  return [period(1, -1, "closed"), period(2, 0, "open")];
}

function groupProject(group: Group, project: SapProject, index: number): ProcoreSeedProject {
  const last = project.elements.at(-1);
  const isMissing = (fullCode: string, costType: string) =>
    index % 3 === 1 && fullCode === last?.costCode && (costType === "E" || costType === "S");
  if (index % 3 === 1 && last !== undefined) {
    group.note(
      "budget code missing in Procore",
      `${project.procore.number} ${last.costCode}.E`,
      `${project.procore.number} ${last.costCode}.S`,
    );
  }
  if (index === 1) group.note("no open billing period: invoices wait", project.procore.number);
  const codes = [...project.elements]
    .map(({ costCode, name }) => ({ fullCode: costCode, name }))
    .sort((a, b) => (a.fullCode < b.fullCode ? -1 : 1));
  return seedProject(
    {
      id: project.procore.id,
      name: project.name,
      projectNumber: project.procore.number,
      currencyIsoCode: project.company.currency,
      billingPeriods: billingPeriods(group, index, project.procore.id),
    },
    codes,
    isMissing,
  );
}

export function procoreSeed(group: Group, vendors: ProcoreSeed["vendors"]): ProcoreSeed {
  const inProcore = group.projects.filter(({ procore }) => procore.kind !== "absent");
  return {
    companies: [{ id: procoreCompanyId, name: "Ridgeline Group" }],
    clients: [
      {
        ...procoreClient,
        companyId: procoreCompanyId,
        permittedProjectIds: inProcore.filter(({ procore }) => procore.kind === "permitted").map(({ procore }) => procore.id),
      },
    ],
    projects: inProcore.map((project, index) => groupProject(group, project, index)),
    lineItemTypes,
    vendors,
  };
}
