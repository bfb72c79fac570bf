import { describe, expect, it } from "vitest";
import { ruleText } from "./pick-rules.ts";
import type { Proposals } from "./propose.ts";
import { account, budget, element, line, ordered, project, propose, rules, type Site, sapProject } from "./testing.ts";

const texts = ({ proposals }: Proposals) => proposals.map(({ rule }) => ruleText(rule));
const asked = ({ questions }: Proposals) => questions.map(({ object, part, why }) => `${object} ${part}: ${why}`);
const wholes = ({ currencies }: Proposals) =>
  currencies.map(({ of, currency, sizeMinor, coveredMinor }) => `${of} ${currency} ${coveredMinor} of ${sizeMinor}`);

const site = {
  references: [
    sapProject("1", "P-1001", "Harbor View Clinic"),
    element("P-1001-03-01", "1", "Formwork"),
    element("P-1001-03-02", "1", "Reinforcing"),
    element("P-1001-09-01", "1", "Sundry"),
    account("420000", "Construction materials"),
    account("499000", "Clearing"),
  ],
  projects: [project(1, "P-1001", "Harbor View Clinic")],
  budgets: { 1: budget({ "03-100": "Formwork", "03-200": "Reinforcing", "09-100": "Finishes" }) },
  lines: [],
} satisfies Site;

describe("purchase order items in proposals", () => {
  it("are proposed for by what SAP and Procore say of their object and account, as cost is, and one rule is for both", () => {
    const orders = [ordered("P-1001-03-01", "420000", 700, { materialGroup: "STEEL" })];
    const found = propose({ ...site, orders, lines: [line("P-1001-03-01", "420000", 300)] });
    expect(texts(found)).toEqual(["wbs P-1001-03-01, account 420000: P-1001 03-100.M"]);
    const [first] = found.proposals;
    expect(first?.money).toEqual([
      { of: "cost", currency: "USD", lines: 1, sizeMinor: 300n, permille: 1_000 },
      { of: "order", currency: "USD", lines: 1, sizeMinor: 700n, permille: 1_000 },
    ]);
    expect(first?.reasons).toContain('cost code: +80 "Formwork" is its name');
  });

  it("are stated apart from cost, and never added to it", () => {
    const orders = [
      ordered("P-1001-03-01", "420000", 700),
      // It stands in Procore: no rule is needed for it, and it counts as placed.
      ordered("P-1001-03-02", "420000", 50, { isKept: true }),
      ordered("P-1001-03-02", "420000", 9, { currency: "EUR" }),
    ];
    const found = propose({ ...site, orders, lines: [line("P-1001-03-02", "420000", 300)] });
    expect(wholes(found)).toEqual(["cost USD 0 of 300", "order EUR 0 of 9", "order USD 50 of 750"]);
    expect(found.currencies.map(({ proposedPermille }) => proposedPermille)).toEqual([1_000, 1_000, 1_000]);
    expect(
      found.proposals.flatMap(({ cumulated }) => cumulated.map(({ of, permille }) => `${of} ${permille}`)).slice(-3),
    ).toEqual(["cost 1000", "order 1000", "order 1000"]);
  });

  it("weigh by their money beside the cost of their currency: a small order is behind a large cost", () => {
    const orders = [ordered("P-1001-03-01", "420000", 10)];
    const lines = [line("P-1001-03-02", "420000", 1_000), line("P-1001-03-02", "499000", 5)];
    expect(texts(propose({ ...site, orders, lines }))).toEqual([
      "wbs P-1001-03-02, account 420000: P-1001 03-200.M",
      "wbs P-1001-03-01, account 420000: P-1001 03-100.M",
    ]);
  });

  const groups = [
    {
      object: "P-1001-03-01",
      account: "420000",
      material_group: "STEEL",
      project: "P-1001",
      cost_code: "03-200",
      cost_type: "M",
    },
    {
      object: "P-1001-03-02",
      account: "420000",
      material_group: "STEEL",
      project: "P-1001",
      cost_code: "03-200",
      cost_type: "M",
    },
  ];
  const sundry = (materialGroup: string, size = 70) => ordered("P-1001-09-01", "499000", size, { materialGroup });

  it("are led by what rules do with their material group, and then the rule is for that group alone", () => {
    const found = propose({ ...site, mapping: rules(...groups), orders: [sundry("STEEL")] });
    expect(texts(found)).toEqual(["wbs P-1001-09-01, account 499000, material group STEEL: P-1001 03-200.M"]);
    expect(found.proposals[0]?.reasons).toEqual(
      expect.arrayContaining([
        "cost code: +90 rules lead material group STEEL to 03-200 for 2 of 2 objects",
        "cost type: +90 rules give material group STEEL cost type M for 2 of 2 objects",
      ]),
    );
  });

  it("of a group say nothing of cost on the same account, nor of other groups", () => {
    const lines = [line("P-1001-09-01", "499000", 500)];
    const found = propose({ ...site, mapping: rules(...groups), lines, orders: [sundry("STEEL"), sundry("PAINT")] });
    expect(texts(found)).toEqual(["wbs P-1001-09-01, account 499000, material group STEEL: P-1001 03-200.M"]);
    expect(asked(found)).toEqual(["P-1001-09-01 cost code: nothing speaks for any"]);
    expect(found.questions[0]).toMatchObject({ accounts: ["0000499000"], materialGroups: ["PAINT"] });
    // A group that rules lead elsewhere than the object's own name does is asked about, and keeps the wide rule away.
    const divided = propose({
      ...site,
      mapping: rules(...groups),
      orders: [ordered("P-1001-03-01", "499000", 5, { materialGroup: "STEEL" })],
      lines: [line("P-1001-03-01", "420000", 100)],
    });
    expect(texts(divided)).toEqual(["wbs P-1001-03-01, account 420000: P-1001 03-100.M"]);
    expect(asked(divided)).toEqual(["P-1001-03-01 cost code: several fit about as well"]);
  });

  it("of stock have a plant and no account: proposed only where rules tell of the plant", () => {
    const stock = (materialGroup: string) => ordered("1000", "", 40, { kind: "plant", materialGroup });
    expect(asked(propose({ ...site, orders: [stock("STEEL")] }))).toEqual(["1000 project: nothing speaks for any"]);
    const plant = {
      object_type: "plant",
      object: "1000",
      material_group: "PAINT",
      project: "P-1001",
      cost_code: "09-100",
      cost_type: "M",
    };
    const told = propose({ ...site, mapping: rules(...groups, plant), orders: [stock("STEEL")] });
    // One rule leads the plant to the project; the group's rules say the rest.
    expect(texts(told)).toEqual(["plant 1000, account (any), material group STEEL: P-1001 03-200.M"]);
    expect(told.proposals[0]).toMatchObject({ points: 55, isSure: false });
  });

  it("of two groups on one object and account have a rule for each", () => {
    const formwork = [
      { ...groups[0], object: "P-1001-09-01", cost_code: "03-100", material_group: "WOOD" },
      { ...groups[1], object: "P-1001-03-02", cost_code: "03-100", material_group: "WOOD" },
    ];
    const orders = [sundry("STEEL", 70), sundry("WOOD", 60)].map((each) => ({
      ...each,
      query: { ...each.query, object: "P-1001-09-02" },
    }));
    const references = [...site.references, element("P-1001-09-02", "1", "Sundry too")];
    const found = propose({ ...site, references, mapping: rules(...groups, ...formwork), orders });
    expect(texts(found)).toEqual([
      "wbs P-1001-09-02, account 499000, material group STEEL: P-1001 03-200.M",
      "wbs P-1001-09-02, account 499000, material group WOOD: P-1001 03-100.M",
    ]);
    expect(found.leftOut).toEqual([]);
  });
});
