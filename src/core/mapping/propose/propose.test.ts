import { describe, expect, it } from "vitest";
import { ruleText } from "./pick-rules.ts";
import type { Proposals } from "./propose.ts";
import { account, budget, element, line, project, propose, reference, rules, type Site, sapProject } from "./testing.ts";

const texts = ({ proposals }: Proposals) => proposals.map(({ rule }) => ruleText(rule));
const asked = ({ questions }: Proposals) => questions.map(({ object, part, why }) => `${object} ${part}: ${why}`);

const site = {
  references: [
    sapProject("1", "P-1001", "Harbor View Clinic"),
    sapProject("2", "P-1002", "Cedar Park School"),
    element("P-1001-03-01", "1", "Formwork"),
    element("P-1001-03-02", "1", "Reinforcing"),
    element("P-1002-03-01", "2", "Formwork"),
    account("410000", "Wages, field"),
    account("411000", "Payroll burden"),
    account("420000", "Construction materials"),
    account("160000", "Trade payables", "X"),
  ],
  projects: [project(1, "P-1001", "Harbor View Clinic"), project(2, "26-1002", "Cedar Park School")],
  budgets: {
    1: budget({ "03": "Division 03", "03-100": "Formwork", "03-200": "Reinforcing" }),
    2: budget({ "03-100": "Formwork", "03-200": "Reinforcing" }),
  },
} satisfies Omit<Site, "lines">;

describe("proposals", () => {
  it("tell project, code and type with what speaks for each, and the sum is the least of them", () => {
    const found = propose({ ...site, lines: [line("P-1001-03-01", "420000", 500)] });
    expect(texts(found)).toEqual(["wbs P-1001-03-01, account 420000: P-1001 03-100.M"]);
    const [first] = found.proposals;
    expect(first).toMatchObject({
      points: 80,
      isSure: true,
      money: [{ currency: "USD", lines: 1, sizeMinor: 500n, permille: 1_000 }],
    });
    expect(first?.reasons).toEqual([
      "project: +80 project number P-1001 is SAP's project P-1001",
      'project: +60 same name, "Harbor View Clinic"',
      'cost code: +80 "Formwork" is its name',
      'cost type: +80 "materials" of account "Construction materials" is material, as type Materials is',
    ]);
  });

  it("take one rule where each pair that SAP knows under it leads to one place: 41* for wages and burden", () => {
    const lines = [line("P-1001-03-01", "410000", 500), line("P-1001-03-01", "411000", 300), line("P-1001-03-02", "410000", 100)];
    const found = propose({ ...site, lines });
    expect(texts(found)).toEqual([
      "wbs P-1001-03-01, account 41*: P-1001 03-100.L",
      "wbs P-1001-03-02, account 410000: P-1001 03-200.L",
    ]);
    expect(found.proposals.map(({ cumulated }) => cumulated[0]?.permille)).toEqual([888, 1_000]);
    // An account that nothing was posted to yet, and that is something else, takes the wide rule away.
    const other = propose({ ...site, lines, references: [...site.references, account("412000", "Travel")] });
    expect(texts(other)[0]).toBe("wbs P-1001-03-01, account 410000: P-1001 03-100.L");
  });

  it("take one rule for a project's elements where all of them lead to one code, and never for its neighbour's", () => {
    const single = { 1: budget({ "01-000": "Cost of the work" }), 2: site.budgets[2] };
    const rule = { object: "P-1001-03-01", account: "420000", project: "P-1001", cost_code: "01-000", cost_type: "M" };
    const other = { object: "P-1001-03-09", account: "420000", project: "P-1001", cost_code: "01-000", cost_type: "M" };
    const lines = ["03-02", "03-03", "03-04"].map((end) => line(`P-1001-${end}`, "420000", 100));
    const elements = ["03-03", "03-04", "03-09"].map((end) => element(`P-1001-${end}`, "1", "Site"));
    const given = { ...site, mapping: rules(rule, other), budgets: single, lines, references: [...site.references, ...elements] };
    expect(texts(propose(given))).toEqual(["wbs P-1001-*, account 420000: P-1001 01-000.M".replace("P-1001-*", "P-1001-03-*")]);
    // P-1001-031 begins so too and belongs to another project: the prefix with the separator does not hold it.
    const near = propose({ ...given, references: [...given.references, element("P-1001-03X", "2", "Formwork")] });
    expect(texts(near)).toEqual(["wbs P-1001-03-*, account 420000: P-1001 01-000.M"]);
  });

  it("widen over what a rule places, for that rule keeps it, and over balance sheet accounts, which carry no cost", () => {
    const mapping = rules({ object: "P-1001-03-01", account: "412000", project: "P-1001", cost_code: "03-100", cost_type: "O" });
    const references = [...site.references, account("412000", "Travel"), account("419000", "Accruals", "X")];
    const lines = [line("P-1001-03-01", "410000", 5), line("P-1001-03-01", "411000", 5)];
    expect(texts(propose({ ...site, mapping, references, lines }))).toEqual(["wbs P-1001-03-01, account 41*: P-1001 03-100.L"]);
  });

  it("take what adds most at each step, though a pattern was larger before the last one", () => {
    const budgets = { 1: budget({ "01-000": "Cost of the work" }, ["L"]) };
    const code = { project: "P-1001", cost_code: "01-000", cost_type: "L" };
    // Rules for two other accounts tell the code; one with dates keeps the widest pattern from being proved.
    const mapping = rules(
      { ...code, object: "P-1001-03-01", account: "900000" },
      { ...code, object: "P-1001-03-02", account: "900000" },
      { ...code, object: "P-1001-03-02", account: "411000", valid_from: "2027-01-01" },
      { ...code, object: "P-1002-03-01", account: "900000" },
    );
    const lines = [
      line("P-1001-03-01", "410000", 100),
      line("P-1001-03-01", "411000", 50),
      line("P-1001-03-02", "410000", 60),
      line("P-1002-03-01", "499000", 70),
    ];
    const found = propose({ ...site, mapping, budgets, lines });
    expect(texts(found)).toEqual([
      "wbs P-1001-03-*, account 410000: P-1001 01-000.L",
      "wbs P-1002-03-01, account 499000: P-1001 01-000.L",
      "wbs P-1001-03-01, account 411000: P-1001 01-000.L",
    ]);
    expect(found.proposals.map(({ money }) => money[0]?.sizeMinor)).toEqual([160n, 70n, 50n]);
  });

  it("below the floor that is asked for are questions", () => {
    const found = propose({ ...site, floor: 81, lines: [line("P-1001-03-01", "420000", 5)] });
    expect([texts(found), asked(found)]).toEqual([[], ["P-1001-03-01 cost code: too little speaks for any"]]);
  });

  it("leave out nothing for being small beside the whole", () => {
    const lines = [line("P-1001-03-01", "420000", 1), line("P-1002-03-01", "420000", 1_000_000_000_000)];
    expect(texts(propose({ ...site, lines }))).toHaveLength(2);
  });

  it("order by money, and say how much is placed after each", () => {
    const lines = [line("P-1001-03-01", "420000", 963), line("P-1002-03-01", "420000", 11), line("X", "420000", 26)];
    const { proposals, currencies } = propose({ ...site, lines });
    expect(proposals.map(({ cumulated }) => cumulated)).toEqual([
      [{ of: "cost", currency: "USD", permille: 963 }],
      [{ of: "cost", currency: "USD", permille: 974 }],
    ]);
    expect(currencies).toEqual([
      { of: "cost", currency: "USD", sizeMinor: 1_000n, coveredMinor: 0n, coveredPermille: 0, proposedPermille: 974 },
    ]);
  });
});

describe("a cost code is found", () => {
  const codes = { 1: budget({ "03-100": "Formwork", "03-200": "Reinforcing" }) };
  const under = (text: string, above: string) => {
    const references = [
      ...site.references,
      element("P-1001", "1", "Harbor View Clinic"),
      element("P-1001-07", "1", above),
      element("P-1001-07-01", "1", text),
    ];
    const found = propose({ ...site, budgets: codes, references, lines: [line("P-1001-07-01", "420000", 5)] });
    return [...texts(found), ...asked(found)];
  };

  it("by the element above where its own text says nothing, and not against it", () => {
    expect(under("Level 2", "Formwork")).toEqual(["wbs P-1001-07-01, account 420000: P-1001 03-100.M"]);
    expect(under("Reinforcing", "Formwork")).toEqual(["wbs P-1001-07-01, account 420000: P-1001 03-200.M"]);
    // What stands above all is the project, and its name is none of its codes'.
    const root = [...site.references, element("P-1001", "1", "Formwork"), element("P-1001-07", "1", "Level 2")];
    const top = propose({ ...site, budgets: codes, references: root, lines: [line("P-1001-07", "420000", 5)] });
    expect(asked(top)).toEqual(["P-1001-07 cost code: nothing speaks for any"]);
    expect(under("Level 2", "Structure")).toEqual(["P-1001-07-01 cost code: nothing speaks for any"]);
  });

  it("among those that have a budget code: headings are none", () => {
    const { costCodes } = budget({ "03": "Formwork", "03-100": "Formwork" });
    const budgets = { 1: { costCodes, budgetCodes: new Set(["03-100.M"]) } };
    const found = propose({ ...site, budgets, lines: [line("P-1001-03-01", "420000", 5)] });
    expect(texts(found)).toEqual(["wbs P-1001-03-01, account 420000: P-1001 03-100.M"]);
  });

  it("by its number, less surely where the names have other numbers", () => {
    const budgets = { 1: budget({ "03-01": "Formwork 3", "03-02": "Reinforcing" }) };
    const references = [
      ...site.references.filter(({ attributes }) => attributes["id"] !== "P-1001-03-01"),
      element("P-1001-03-01", "1", "Formwork 2"),
    ];
    const found = propose({ ...site, budgets, references, lines: [line("P-1001-03-01", "420000", 5)] });
    // 80 for the number, 16 for a word of three, 40 off.
    expect(found.proposals).toMatchObject([{ points: 56, isSure: false, rule: { target: { costCode: "03-01" } } }]);
  });

  it("not by one element of another project, nor by one object's rule for the account", () => {
    const cells = { project: "26-1002", cost_code: "03-200", cost_type: "M" };
    const references = [...site.references, element("P-1001-09-01", "1", "Sundry"), element("P-1002-09-01", "2", "Sundry")];
    const lines = [line("P-1001-09-01", "420000", 5)];
    const one = propose({ ...site, references, lines, mapping: rules({ ...cells, object: "P-1002-09-01", account: "420000" }) });
    expect(asked(one)).toEqual(["P-1001-09-01 cost code: too little speaks for any"]);
    const both = rules(
      { ...cells, object: "P-1002-09-01", account: "420000" },
      { ...cells, object: "4711", object_type: "order", account: "420000" },
    );
    expect(texts(propose({ ...site, references, lines, mapping: both }))).toEqual([
      "wbs P-1001-09-01, account 420000: P-1001 03-200.M",
    ]);
  });

  it("without what the text repeats of the project", () => {
    const named = [
      sapProject("1", "P-1001", "Steel Bridge"),
      element("P-1001-05", "1", "Structural steel"),
      account("420000", "Materials"),
    ];
    const budgets = { 1: budget({ "05-100": "Structural steel" }) };
    const projects = [project(1, "P-1001", "Steel Bridge")];
    const found = propose({ projects, references: named, budgets, lines: [line("P-1001-05", "420000", 5)] });
    expect(found.proposals[0]?.reasons).toContain('cost code: +80 "Structural steel" is its name');
    expect(under("Harbor View Clinic: Formwork P-1001", "Structure")).toEqual([
      "wbs P-1001-07-01, account 420000: P-1001 03-100.M",
    ]);
  });
});

describe("what is asked instead of proposed", () => {
  const twins = [project(1, "26-1", "Harbor View Clinic"), project(3, "27-9", "Harbor View Clinic")];

  it("two projects of one name", () => {
    const found = propose({ ...site, projects: twins, lines: [line("P-1001-03-01", "420000", 5)] });
    expect(texts(found)).toEqual([]);
    expect(asked(found)).toEqual(["P-1001-03-01 project: several fit about as well"]);
    expect(found.questions[0]?.candidates.map(({ name, points }) => [name, points])).toEqual([
      ["26-1 Harbor View Clinic", 60],
      ["27-9 Harbor View Clinic", 60],
    ]);
  });

  it("a project of the same words with another number in its name is none", () => {
    const references = [sapProject("1", "P-1", "Harbor View Hall 2"), element("P-1-01", "1", "Formwork")];
    const lines = [line("P-1-01", "420000", 5)];
    const found = propose({ ...site, references, projects: [project(1, "26-7", "Harbor View Hall 3")], lines });
    expect([texts(found), asked(found)]).toEqual([[], ["P-1-01 project: too little speaks for any"]]);
  });

  it("a project whose number ends alike and whose name has another number", () => {
    const references = [...site.references.slice(1), sapProject("1", "P-1001", "Harbor View Hall 2")];
    const found = (name: string) =>
      texts(
        propose({ ...site, references, projects: [project(1, "26-1001", name)], lines: [line("P-1001-03-01", "420000", 5)] }),
      );
    expect([found("Harbor View Hall"), found("Harbor View Hall 3")]).toEqual([
      ["wbs P-1001-03-01, account 420000: 26-1001 03-100.M"],
      [],
    ]);
  });

  it("P-100 is not the project of P-1001-03-01", () => {
    const found = propose({ ...site, projects: [project(1, "P-100", "Elsewhere")], lines: [line("P-1001-03-01", "420000", 5)] });
    expect(asked(found)).toEqual(["P-1001-03-01 project: nothing speaks for any"]);
  });

  it("two cost codes of one name, and an account that speaks of two kinds of cost", () => {
    const budgets = { 1: budget({ "03-100": "Formwork", "04-100": "Formwork", "03-200": "Reinforcing" }) };
    const references = [...site.references, account("430000", "Labor for equipment")];
    const lines = [line("P-1001-03-01", "420000", 5), line("P-1001-03-02", "430000", 4)];
    const found = propose({ ...site, budgets, references, lines });
    expect(asked(found)).toEqual([
      "P-1001-03-01 cost code: several fit about as well",
      "P-1001-03-02 cost type: several fit about as well",
    ]);
  });

  it("an account without a text, where nothing else tells its type; the only budget code tells it", () => {
    const lines = [line("P-1001-03-01", "499000", 5)];
    expect(asked(propose({ ...site, lines }))).toEqual(["P-1001-03-01 cost type: nothing speaks for any"]);
    const other = propose({
      ...site,
      lines: [line("P-1001-03-01", "420000", 5)],
      budgets: { 1: budget({ "03-100": "Formwork" }, ["L", "S"]) },
    });
    expect(other.proposals).toMatchObject([{ points: 60, isSure: false }]);
    expect(other.proposals[0]?.reasons).toContain("cost type: -20 budget code 03-100.M is not in Procore yet");
    const only = propose({ ...site, lines, budgets: { 1: budget({ "03-100": "Formwork" }, ["M"]) } });
    expect(only.proposals).toMatchObject([{ points: 50, isSure: false }]);
  });

  it("a project that rules name and Procore does not show: nothing weaker takes its place", () => {
    const mapping = rules({ object: "P-1001-03-01", project: "GONE", cost_code: "03-100", cost_type: "O", account: "420000" });
    const projects = [project(1, "26-1", "Harbor View Clinic")];
    const mapped = line("P-1001-03-01", "420000", 5);
    const found = propose({ ...site, mapping, projects, lines: [mapped, line("P-1001-03-01", "410000", 5)] });
    expect(texts(found)).toEqual([]);
    expect(asked(found)).toEqual(["P-1001-03-01 project: Procore does not show it"]);
  });

  it("days that a rule with dates leaves out, for what it says of its days is no evidence for others", () => {
    const mapping = rules({
      object: "P-1001-03-01",
      valid_from: "2026-04-01",
      project: "P-1001",
      cost_code: "03-200",
      cost_type: "O",
    });
    const found = propose({ ...site, mapping, lines: [line("P-1001-03-01", "420000", 5), line("P-1001-03-02", "420000", 5)] });
    expect(asked(found)).toEqual(["P-1001-03-01 project: mapping.csv:2 places it on other days"]);
    expect(texts(found)).toEqual(["wbs P-1001-03-02, account 420000: P-1001 03-200.M"]);
  });

  it("an inactive project is no candidate, and a number that two bear finds none", () => {
    const lines = [line("P-1001-03-01", "420000", 5)];
    const inactive = propose({ ...site, projects: [project(1, "P-1001", "Harbor View Clinic", { isActive: false })], lines });
    expect(asked(inactive)).toEqual(["P-1001-03-01 project: nothing speaks for any"]);
    const doubled = [project(1, "P-1001", "Harbor View Clinic"), project(3, "P-1001", "Something else")];
    expect(asked(propose({ ...site, projects: doubled, lines }))).toEqual([
      "P-1001-03-01 project: no name of it is its alone; write a row under projects:",
    ]);
  });
});

describe("what rules of today show", () => {
  it("is told of no other days: rules with dates, and lines that they place, are no evidence", () => {
    const code = { project: "26-1002", cost_code: "03-100", cost_type: "O" };
    const references = [...site.references, element("P-1001-04-01", "1", "Shoring"), element("P-1001-04-02", "1", "Shoring")];
    const projects = [project(2, "26-1002", "Cedar Park School")];
    const given = { ...site, references, projects };
    const lines = [line("P-1001-04-02", "420000", 5), line("P-1001-03-02", "420000", 5)];
    for (const object of ["P-1001-04-02", "P-1001-04-*"]) {
      const dated = propose({ ...given, lines, mapping: rules({ ...code, object, valid_to: "2026-06-30" }) });
      expect(asked(dated)).toEqual(["P-1001-03-02 project: nothing speaks for any"]);
      const always = propose({ ...given, lines, mapping: rules({ ...code, object }) });
      expect(texts(always)).toEqual(["wbs P-1001-03-02, account 420000: 26-1002 03-200.M"]);
    }
  });

  it("leads the rest of a SAP project to where its other objects go, against a like name", () => {
    const mapping = rules(
      { object: "P-1001-03-01", project: "26-1002", cost_code: "03-100", cost_type: "O" },
      { object: "P-1001-03-03", project: "26-1002", cost_code: "03-100", cost_type: "O" },
    );
    const projects = [project(1, "26-1", "Harbor View Clinic"), project(2, "26-1002", "Cedar Park School")];
    const references = [...site.references, element("P-1001-03-03", "1", "Shoring")];
    const found = propose({ ...site, mapping, projects, references, lines: [line("P-1001-03-02", "420000", 5)] });
    expect(texts(found)).toEqual(["wbs P-1001-03-02, account 420000: 26-1002 03-200.M"]);
    expect(found.proposals[0]?.reasons[0]).toBe("project: +90 rules lead 2 of 2 objects of SAP's project P-1001 to 26-1002");
  });

  it("gives an account the type that it has elsewhere, and says nothing where they are divided", () => {
    const cells = { account: "450000", project: "26-1002", cost_code: "03-100" };
    const agreed = rules({ ...cells, object: "A", cost_type: "E" }, { ...cells, object: "B", cost_type: "E" });
    const lines = [line("P-1001-03-01", "450000", 5)];
    expect(texts(propose({ ...site, mapping: agreed, lines }))).toEqual(["wbs P-1001-03-01, account 450000: P-1001 03-100.E"]);
    const divided = rules({ ...cells, object: "A", cost_type: "E" }, { ...cells, object: "B", cost_type: "M" });
    expect(asked(propose({ ...site, mapping: divided, lines }))).toEqual(["P-1001-03-01 cost type: nothing speaks for any"]);
  });

  it("leaves out what would take from a rule, and says which", () => {
    const mapping = rules({
      object: "P-1001-03-01",
      material_group: "STEEL",
      project: "P-1001",
      cost_code: "03-100",
      cost_type: "S",
    });
    const found = propose({ ...site, mapping, lines: [line("P-1001-03-01", "420000", 5)] });
    expect(texts(found)).toEqual([]);
    expect(found.leftOut).toMatchObject([
      {
        text: "wbs P-1001-03-01, account 420000: P-1001 03-100.M",
        why: "would take from mapping.csv:2",
        money: [{ sizeMinor: 5n }],
      },
    ]);
  });
});

describe("a project is found", () => {
  const lines = [line("P-1001-03-01", "420000", 5)];
  const reasonOf = (given: Partial<Site>) => propose({ ...site, lines, ...given }).proposals[0]?.reasons[0];

  it("by a row of the configuration, origin id, number, or the one end that is alike", () => {
    const named = (facts: object) => ({ projects: [project(1, "77", "Unlike", facts)] });
    expect(reasonOf({ ...named({}), rows: { "P-1001": 1 } })).toBe("project: +100 projects: has a row for P-1001");
    expect(reasonOf(named({ originId: "S01.100.PJ.P-1001" }))).toContain("+100 its origin id S01.100.PJ.P-1001");
    expect(reasonOf(named({ originId: "P-1001" }))).toContain("+100 its origin id P-1001");
    expect(reasonOf({ projects: [project(1, "26-1001", "Harbor View Clinic")] })).toContain("+60 same name");
  });

  it("by the number in an order's text, and by a WBS element's beginning where SAP's projects were not read", () => {
    const order = reference("order", "000000800002", "Formwork P-1001", { companyCode: "1000" });
    const found = propose({
      ...site,
      references: [...site.references, order],
      lines: [line("000000800002", "420000", 5, { kind: "order" })],
    });
    expect(asked(found)).toEqual([]);
    expect(found.proposals[0]?.reasons[0]).toBe('project: +60 the text "Formwork P-1001" names project number P-1001');
    const year = reference("order", "000000800003", "Formwork 2024", { companyCode: "1000" });
    const dated = propose({
      ...site,
      references: [...site.references, year],
      projects: [project(1, "2024", "Elsewhere")],
      lines: [line("000000800003", "420000", 5, { kind: "order" })],
    });
    expect(asked(dated)).toEqual(["000000800003 project: nothing speaks for any"]);
    const unread = propose({ ...site, references: [account("420000", "Materials")], lines });
    expect(unread.questions[0]).toMatchObject({ part: "cost code", why: "nothing speaks for any" });
  });
});
