/** Procore's half judged: projects that the mapping leads to, the tools that answer in each, foreign links, contracts by hand, budget codes. */
import { budgetCodeText, type MappingRule } from "../mapping/index.ts";
import type { ProcoreFacts, ProjectFact, ProjectTool } from "./facts.ts";
import { type FitFinding, plural, shorten } from "./finding.ts";
import { findingOfTrouble } from "./judge-sap.ts";

export type ProcoreExpectation = {
  readonly rules: readonly MappingRule[];
  /** Currency of projects for which Procore has none. */
  readonly defaultCurrency: string;
  /** Whether a project without an open billing period waits for a person. */
  readonly periodsHold: boolean;
  /** Whether a budget code that is missing in a project (by Procore's id) waits for a person. */
  readonly budgetCodesHold: (projectId: number) => boolean;
};

type Found = Extract<ProjectFact, { state: "found" }>;

const label = ({ name, id }: Found) => `${name} (id ${id})`;

/** What the app's manifest must ask for, and the administrator give, so that the flows can also write there. */
const permissionFor: Readonly<Record<ProjectTool, string>> = {
  commitments: "Commitments: Standard or Admin",
  "change orders": "Change Orders (Commitments): Standard or Admin",
  requisitions: "Invoicing (Commitments): Admin",
  "billing periods": "Invoicing (Commitments): Admin",
  "direct costs": "Direct Costs: Standard or Admin",
  "budget codes": "Budget: Read Only, and the work breakdown structure",
  "project directory": "Directory: Standard",
  currency: "Admin: Read Only",
};

function projectsOf({ projects }: ProcoreFacts): FitFinding[] {
  if (!projects) return [];
  if (projects.length === 0)
    return [
      {
        code: "mapping-empty",
        severity: "no-go",
        owner: "integration-owner",
        what: "The mapping leads to no project.",
        evidence: [],
        fix: "Write mapping rules: nothing would be posted without one (docs/mapping.md).",
      },
    ];
  const findings: FitFinding[] = [];
  const absent = projects.filter(({ state }) => state === "absent");
  if (absent.length > 0)
    findings.push({
      code: "procore-project-absent",
      severity: absent.length === projects.length ? "no-go" : "warn",
      owner: "procore-admin",
      what: `${plural(absent.length, "project")} of ${projects.length} that the mapping leads to cannot be seen in Procore.`,
      evidence: shorten(absent.map(({ name }) => name)),
      fix: "Add them to the permitted projects of the service account, and set them active; or correct the project's name in the mapping, or its row under `projects`.",
    });
  const ambiguous = projects.filter((each) => each.state === "ambiguous");
  if (ambiguous.length > 0)
    findings.push({
      code: "procore-project-ambiguous",
      severity: "warn",
      owner: "integration-owner",
      what: `${plural(ambiguous.length, "project name")} of the mapping stand for several projects in Procore.`,
      evidence: shorten(ambiguous.map(({ name, ids }) => `${name}: ids ${ids.join(", ")}`)),
      fix: "Name the right one by its id under `projects` of the connection; what leads there is held until then.",
    });
  return findings;
}

function toolsOf(found: readonly Found[]): FitFinding[] {
  const refused = found.flatMap((project) =>
    project.tools.flatMap((tool) => (tool.state === "refused" && tool.tool !== "currency" ? [{ project, tool }] : [])),
  );
  return [...Map.groupBy(refused, ({ tool }) => tool.tool)].map(([tool, cases]): FitFinding => {
    const asked = found.filter(({ tools }) => tools.some((each) => each.tool === tool && each.state !== "skipped"));
    const isEverywhere = cases.length === asked.length;
    return {
      code: "procore-tool-refused",
      severity: isEverywhere ? "no-go" : "warn",
      owner: "procore-admin",
      what: `The service account may not use ${tool} in ${isEverywhere ? "any project" : plural(cases.length, "project")} that was asked.`,
      evidence: shorten(
        cases.map(({ project, tool: { status, detail } }) => `${label(project)}: ${status || "no"} ${detail}`.trim()),
      ),
      fix: `Give the service account this permission there: ${permissionFor[tool]}; and see that the tool is switched on in the project.`,
    };
  });
}

function currencies(found: readonly Found[], { defaultCurrency }: ProcoreExpectation): FitFinding[] {
  const without = found.filter((project) => project.currency === "" && defaultCurrency === "");
  if (without.length === 0) return [];
  return [
    {
      code: "procore-currency-unknown",
      severity: "warn",
      owner: "integration-owner",
      what: `Procore tells no currency for ${plural(without.length, "project")}, and procore.currency is not set.`,
      evidence: shorten(without.map(label)),
      fix: "Set procore.currency of the connection to the company's currency: amounts of these projects are held until then.",
    },
  ];
}

function periods(found: readonly Found[], { periodsHold }: ProcoreExpectation): FitFinding[] {
  const without = found.filter(({ hasOpenPeriod }) => hasOpenPeriod === false);
  if (without.length === 0 || !periodsHold) return [];
  return [
    {
      code: "procore-no-billing-period",
      severity: "warn",
      owner: "project-manager",
      what: `${plural(without.length, "project")} without an open billing period: requisitions would wait there.`,
      evidence: shorten(without.map(label)),
      fix: "Open a billing period in each, or let the product create them (invoices.billingPeriods.policy: create).",
    },
  ];
}

function contracts(found: readonly Found[]): FitFinding[] {
  const having = (of: "byHand" | "foreign") => found.filter(({ contracts: counts }) => (counts?.[of] ?? 0) > 0);
  const lines = (projects: readonly Found[], of: "byHand" | "foreign") =>
    projects.map(
      (each) => `${label(each)}: ${each.contracts?.[of] ?? 0}, such as ${(each.contracts?.examples ?? []).join(", ")}`,
    );
  const [byHand, foreign] = [having("byHand"), having("foreign")];
  return [
    ...(byHand.length === 0
      ? []
      : [
          {
            code: "procore-contracts-by-hand",
            severity: "warn",
            owner: "project-manager",
            what: `${plural(byHand.length, "project")} with purchase order contracts that people keyed.`,
            evidence: shorten(lines(byHand, "byHand")),
            fix: "Decide the cut-over of each project before the first sync: which of them are SAP's orders, and from which day on SAP leads (ruling 4). Without a decision the same order could stand there twice.",
          } as const,
        ]),
    ...(foreign.length === 0
      ? []
      : [
          {
            code: "procore-contracts-foreign",
            severity: "warn",
            owner: "integration-owner",
            what: `${plural(foreign.length, "project")} with contracts that another system has linked.`,
            evidence: shorten(lines(foreign, "foreign")),
            fix: "State one system of record per project: a foreign link is never overwritten (ruling 5), and what it stands for is held.",
          } as const,
        ]),
  ];
}

/** By project: what rules name and Procore does not have. */
export function missingBudgetCodes(
  found: readonly Found[],
  rules: readonly MappingRule[],
): { project: string; codes: string[] }[] {
  return found.flatMap(({ name, budgetCodes }) => {
    if (!budgetCodes) return [];
    const there = new Set(budgetCodes);
    const named = rules.filter(({ target }) => target.project === name).map(({ target }) => budgetCodeText(target));
    const codes = [...new Set(named)].filter((code) => !there.has(code)).sort();
    return codes.length === 0 ? [] : [{ project: name, codes }];
  });
}

function budgetCodes(found: readonly Found[], { rules, budgetCodesHold }: ProcoreExpectation): FitFinding[] {
  const missing = missingBudgetCodes(
    found.filter(({ id }) => budgetCodesHold(id)),
    rules,
  );
  if (missing.length === 0) return [];
  const count = missing.reduce((sum, { codes }) => sum + codes.length, 0);
  return [
    {
      code: "procore-budget-code-missing",
      severity: "warn",
      owner: "project-manager",
      what: `${plural(count, "budget code")} that mapping rules name are missing in ${plural(missing.length, "project")}.`,
      evidence: shorten(missing.map(({ project, codes }) => `${project}: ${shorten(codes, 8).join(", ")}`)),
      fix: "Create them in the project's budget, correct the rules, or let the product create them (budgetCodes.policy); what leads there is held until then.",
    },
  ];
}

function links({ directory }: ProcoreFacts): FitFinding[] {
  const foreign = (directory?.companies ?? []).flatMap(({ shownName, link }) =>
    link.kind === "foreign" ? [{ shownName, originId: link.originId }] : [],
  );
  if (foreign.length === 0) return [];
  return [
    {
      code: "procore-vendors-foreign",
      severity: "warn",
      owner: "integration-owner",
      what: `${plural(foreign.length, "company", "companies")} in Procore's directory with the origin id of another system or client.`,
      evidence: shorten(
        foreign.map(({ shownName, originId }) => `${shownName}: ${originId}`),
        6,
      ),
      fix: "Find out which integration linked them, and whether it still runs: these companies are never overwritten, and vendors that match them are held.",
    },
  ];
}

export function judgeProcore(facts: ProcoreFacts, expected: ProcoreExpectation): FitFinding[] {
  const found = (facts.projects ?? []).filter((each): each is Found => each.state === "found");
  const troubles = facts.trouble.map((trouble) => {
    const finding = findingOfTrouble(trouble);
    return facts.company === undefined ? finding : ({ ...finding, severity: "warn" } as const);
  });
  return [
    ...troubles,
    ...projectsOf(facts),
    ...toolsOf(found),
    ...currencies(found, expected),
    ...periods(found, expected),
    ...contracts(found),
    ...budgetCodes(found, expected),
    ...links(facts),
  ];
}
