// How good proposals are, in money: rules of the builder's group are taken away, and what is proposed is judged by where they led. docs/mapping.md quotes the figures.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { createProposer, type MappingRule, type Proposal, proposalLimits, proposalPoints } from "../../src/core/index.ts";
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
function judge(keep: (rule: MappingRule, index: number) => boolean): Judged {
  const mapping = compiled(world.mapping.rules.filter(keep));
  const { proposals } = createProposer({ ...world, mapping }).propose(world.budgets);
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

describe("docs/mapping.md", () => {
  it("tells the points and limits as the code has them", () => {
    const text = page.replace(/\s+/g, " ");
    for (const points of Object.values(proposalPoints)) expect(page).toContain(`| ${points > 0 ? `+${points}` : points} |`);
    const { sure, floor, lead } = proposalLimits;
    expect(text).toContain(
      `From **${sure}** points it is called sure, below **${floor}** nothing is proposed, and a rival within **${lead}** makes it a question`,
    );
  });
});
