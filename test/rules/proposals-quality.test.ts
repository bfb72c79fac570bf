// How good proposals are, in money: rules of the builder's group are taken away, and what is proposed is judged by where they led. docs/mapping.md quotes the figures.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createProposer,
  type MappingRule,
  type ProjectBudget,
  type Proposal,
  proposalLimits,
  proposalPoints,
} from "../../src/core/index.ts";
import { compiled, openProposalWorld, type ProposalWorld } from "../support/proposal-world.ts";

const page = readFileSync(join(resolve(dirname(fileURLToPath(import.meta.url)), "../.."), "docs", "mapping.md"), "utf8");

let world: ProposalWorld;
beforeAll(() => {
  const built = openProposalWorld({ seed: 1, projects: 20, costLines: 6_000 });
  // One line fills its field to the last digit and would outweigh all others.
  world = { ...built, lines: built.lines.filter(({ sizeMinor }) => sizeMinor < 100_000_000_000n) };
});

type Verdict = "right" | "wrong" | "open";
type Judged = { money: Record<Verdict, bigint>; sure: Record<Verdict, bigint>; moved: bigint; proposals: readonly Proposal[] };

/** Of the money that a rule was taken away from; what never had one is nobody's to judge. */
function judge(keep: (rule: MappingRule, index: number) => boolean, given: ProposalWorld = world): Judged {
  const mapping = compiled(world.mapping.rules.filter(keep));
  const { proposals } = createProposer({ ...given, mapping }).propose(given.budgets);
  const after = compiled([...mapping.rules, ...proposals.map(({ rule }) => rule)]);
  const sure = new Set(proposals.filter(({ isSure }) => isSure).map(({ rule }) => rule.name));
  const judged: Judged = {
    money: { right: 0n, wrong: 0n, open: 0n },
    sure: { right: 0n, wrong: 0n, open: 0n },
    moved: 0n,
    proposals,
  };
  for (const { query, sizeMinor } of world.lines) {
    const [truth, was, is] = [world.mapping.resolve(query), mapping.resolve(query), after.resolve(query)];
    if (truth.kind !== "mapped") continue;
    const isRight = is.kind === "mapped" && JSON.stringify(is.rule.target) === JSON.stringify(truth.rule.target);
    const wasRight = was.kind === "mapped" && JSON.stringify(was.rule.target) === JSON.stringify(truth.rule.target);
    if (was.kind === "mapped") {
      if (wasRight && !isRight) judged.moved += sizeMinor;
      continue;
    }
    const verdict = is.kind === "no-rule" ? "open" : isRight ? "right" : "wrong";
    judged.money[verdict] += sizeMinor;
    if (is.kind === "mapped" && sure.has(is.rule.name)) judged.sure[verdict] += sizeMinor;
  }
  return judged;
}

const permille = (part: bigint, whole: bigint) => (whole === 0n ? 0 : Number((part * 1_000n) / whole));
const shown = (part: bigint, whole: bigint) => `${Math.floor(permille(part, whole) / 10)}.${permille(part, whole) % 10} %`;

function figures({ money, sure }: Judged) {
  const whole = money.right + money.wrong + money.open;
  return {
    recall: shown(money.right, whole),
    precision: shown(money.right, money.right + money.wrong),
    sureRecall: shown(sure.right, whole),
    surePrecision: shown(sure.right, sure.right + sure.wrong),
  };
}

const serial = ({ target }: MappingRule) => Number(target.project.slice(-4));

describe("proposals for the made-up group", () => {
  it.each([
    ["no rules at all", () => false],
    ["a third of the projects without rules", (rule: MappingRule) => serial(rule) % 3 !== 0],
    ["every second rule gone", (_: MappingRule, index: number) => index % 2 === 0],
    ["every rule gone but each fifth", (_: MappingRule, index: number) => index % 5 === 0],
  ])("are as docs/mapping.md says: %s", (name, keep) => {
    const judged = judge(keep);
    const { recall, precision, sureRecall, surePrecision } = figures(judged);
    expect(page).toContain(`| ${name} | ${recall} | ${precision} | ${sureRecall} | ${surePrecision} |`);
    expect(judged.sure.wrong).toBe(0n);
    expect(judged.moved).toBe(0n);
    expect(judged.proposals.length).toBeGreaterThan(50);
  });
});

describe("where things look alike", () => {
  const none = () => false;

  it("projects of one name and one end of their numbers are asked, never chosen", () => {
    const twins = world.projects.map((project) => ({
      ...project,
      id: project.id + 1_000_000,
      projectNumber: `99-${project.projectNumber?.slice(-4)}`,
    }));
    const judged = judge(none, { ...world, projects: [...world.projects, ...twins] });
    expect(judged.money.right + judged.money.wrong).toBe(0n);
    expect(judged.money.open).toBeGreaterThan(0n);
  });

  it("names that say one project and numbers that say another make no sure proposal", () => {
    const names = world.projects.map(({ name }) => name);
    const turned = world.projects.map((project, index) => ({ ...project, name: names[(index + 1) % names.length] ?? null }));
    expect(judge(none, { ...world, projects: turned }).sure).toMatchObject({ right: 0n, wrong: 0n });
    // With SAP's own numbers in Procore neither wins.
    const numbered = turned.map((project) => ({ ...project, projectNumber: `P-${project.projectNumber?.slice(-4)}` }));
    expect(judge(none, { ...world, projects: numbered }).money).toMatchObject({ right: 0n, wrong: 0n });
  });

  it("two cost codes of each name are asked, never chosen", () => {
    const doubled = [...world.budgets.byProject].map(([id, { costCodes, budgetCodes }]): [number, ProjectBudget] => {
      const more = costCodes.map((code) => ({ ...code, fullCode: `9${code.fullCode}` }));
      return [
        id,
        {
          costCodes: [...costCodes, ...more],
          budgetCodes: new Set([...budgetCodes, ...[...budgetCodes].map((flat) => `9${flat}`)]),
        },
      ];
    });
    const judged = judge(none, { ...world, budgets: { ...world.budgets, byProject: new Map(doubled) } });
    expect(judged.money.right + judged.money.wrong).toBe(0n);
  });

  it("an account that means another kind of cost than its name says goes where rules of today lead it, or is asked", () => {
    // Wages are called materials, and the rules know better: both speak, so nobody decides but a person.
    const references = world.references.map((record) =>
      record.key.endsWith("/0000410000") ? { ...record, longText: "Construction materials" } : record,
    );
    const judged = judge((rule) => serial(rule) % 3 !== 0, { ...world, references });
    expect(judged.sure.wrong).toBe(0n);
    expect(judged.money.wrong).toBe(0n);
  });
});

const told: Readonly<Record<keyof typeof proposalPoints, string>> = {
  configuredRow: "a row under `projects:` for SAP's project",
  sameOriginId: "its origin id is SAP's project",
  rulesAgree: "rules lead all other objects of the SAP project there, or other accounts of the object",
  sameNumber: "its number is SAP's project number, but for separators and leading zeros between letters and digits",
  beginsWithNumber: "the WBS element begins with its number, where SAP's projects were not read",
  textNamesNumber: "the text of an order or cost centre names its number, of several parts or five digits",
  sameProjectName: "same name",
  mostRulesAgree: "rules lead most there, three quarters of four or more (also of codes and types)",
  oneRuleSays: "one rule leads there (also of codes and types)",
  sameButSeparators: "its number has the same characters and other separators (P-100-1, P-1001)",
  sharedWordsMost: "both names share words, weighed by how few projects bear them: up to",
  sameEndOfNumber: "only its number ends like SAP's, with four digits or more",
  namesUnlike: "the names have nothing in common",
  otherNumbers: "the names have other numbers (Hall 2, Hall 3)",
  sameCodeName: "the element's text is its name",
  parentIsCode: "the text of the element above it is its name",
  accountTextMost: "the account's text shares words with its name: up to",
  oneElementElsewhere: "one element of the same place in another project is led there",
  sureWordOfClass:
    "a word of the account's name names this kind of cost (wages, Löhne; materials, Baustoffe; equipment, Geräte; subcontract, Nachunternehmer)",
  wordOfClass: "a word that usually belongs to it (concrete, diesel, travel)",
  onlyBudgetCode: "it is the only budget code of the cost code",
  noBudgetCode: "the budget code is not in Procore yet",
};

describe("docs/mapping.md", () => {
  it.each(Object.entries(told))("tells the points of %s", (reason, text) => {
    const points = proposalPoints[reason as keyof typeof proposalPoints];
    expect(page).toContain(`| ${text} | ${points > 0 ? `+${points}` : points} |`);
  });

  it("tells the limits", () => {
    const { sure, floor, lead } = proposalLimits;
    expect(page.replace(/\s+/g, " ")).toContain(
      `From **${sure}** points it is called sure, below **${floor}** nothing is proposed, and a rival within **${lead}** makes it a question`,
    );
  });
});
