import { describe, expect, it } from "vitest";
import type { GroupKey } from "../rulings/cost.ts";
import { desiredDirectCost, type PartMarks, type PartMember } from "./direct-cost.ts";

const group: GroupKey = {
  companyCode: "1000",
  fiscalYear: 2025,
  period: 12,
  projectId: 810,
  objectKind: "wbs",
  object: "P-1",
  class: "material",
  type: "expense",
  currency: "USD",
  vendor: "",
};
const members: PartMember[] = [
  { key: "k", amount: { minor: 700n, currency: "USD" }, postingDate: "20251231", budgetCodeId: 1, budgetCode: "01.M" },
];
function make(change: Partial<GroupKey> = {}, marks?: PartMarks) {
  const cost = desiredDirectCost({ systemId: "S01", client: "100" }, { ...group, ...change }, 2, members, marks);
  if (!cost.ok) throw new Error(cost.error.value);
  return cost.value;
}
const origin = (cost: ReturnType<typeof make>) => JSON.parse(String(cost.header.origin_data)) as object;

describe("a late adjustment", () => {
  it("says so in its text and its origin data, and differs in nothing else", () => {
    const [plain, late] = [make(), make({}, { isLate: true })];
    expect(late.header.description).toBe("SAP 1000 2025.012 P-1 material, late adjustment");
    expect(origin(late)).toEqual({ ...origin(plain), lateAdjustment: true });
    const { description, origin_data, ...rest } = late.header;
    expect({ ...plain.header, description, origin_data }).toEqual({ ...rest, description, origin_data });
    expect({ ...late, header: plain.header }).toEqual(plain);
  });

  it("leaves what is none as it was ever written: a part sent before is the same part", () => {
    expect(make({}, { isLate: false })).toEqual(make());
    expect(origin(make())).not.toHaveProperty("lateAdjustment");
    expect(make().header.description).toBe("SAP 1000 2025.012 P-1 material");
  });
});

describe("cost of a special period", () => {
  it("keeps its number, in a group of its own, and lies in the last ordinary period's days (ruling 27)", () => {
    const [ordinary, special] = [make(), make({ period: 13 })];
    expect(special.groupId).not.toBe(ordinary.groupId);
    expect(special.header.direct_cost_date).toBe("2025-12-31");
    expect(special.header.description).toContain("2025.013");
    expect(origin(special)).toMatchObject({ period: "2025.013" });
  });
});
