import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMoney, parseMoney } from "../../core/index.ts";
import { compareProcore } from "./compare-procore.ts";
import type { ProcoreContract, ProcoreProject, ProcoreTotals } from "./procore-totals.ts";
import { buildSmallManifest, equalProcore } from "./testing.ts";

const manifest = buildSmallManifest();
const equal = equalProcore(manifest);

const differencesOf = (totals: ProcoreTotals) => compareProcore(manifest, totals).differences;
const bendProject = (index: number, bend: (project: ProcoreProject) => ProcoreProject): ProcoreTotals => ({
  ...equal,
  projects: equal.projects.map((project, at) => (at === index ? bend(project) : project)),
});
const bendContract = (bend: (contract: ProcoreContract) => ProcoreContract) =>
  bendProject(0, (project) => ({ ...project, contracts: project.contracts.map((each, at) => (at === 0 ? bend(each) : each)) }));

const first = () => {
  const project = equal.projects[0];
  const contract = project?.contracts[0];
  if (project === undefined || contract === undefined) throw new Error("the small world has no contract");
  return { project, contract };
};

describe("a Procore that is what the manifest asks for", () => {
  it("shows no difference, and both sides' money in every currency of the group", () => {
    const { differences, money, counts } = compareProcore(manifest, equal);
    expect(differences).toEqual([]);
    expect(money.length).toBeGreaterThanOrEqual(4);
    for (const row of money) {
      expect(row.difference).toMatch(/^0(\.0+)?$/);
      expect(row.sap).toBe(row.procore);
      // What is billed has tax on top of what SAP's lines say.
      if (row.flow !== "invoices") expect(row.sap).toBe(manifest.flows[row.flow].posted.amount[row.currency]);
    }
    expect(counts.map(({ sap, procore }) => procore - sap)).toEqual([0, 0, 0, 0]);
    expect(counts.every(({ sap }) => sap > 0)).toBe(true);
  });
});

describe("one thing that differs", () => {
  const lines = equal.projects.flatMap((project, index) =>
    project.contracts.flatMap((contract) => contract.lines.map((line) => ({ index, line, number: project.number }))),
  );

  it("is found whichever contract line it is and by whichever amount, down to the smallest unit", () => {
    const minorUnit = fc.bigInt({ min: -1_000_000_000_000n, max: 1_000_000_000_000n }).filter((minor) => minor !== 0n);
    fc.assert(
      fc.property(fc.nat(lines.length - 1), minorUnit, (at, minor) => {
        const altered = lines[at];
        if (altered === undefined) return;
        const currency = manifest.projects[altered.index]?.currency ?? "";
        const before = parseMoney(altered.line.amount, currency);
        if (!before.ok) throw new Error("the small world has a line without an amount");
        const amount = formatMoney({ minor: before.value.minor + minor, currency });
        const found = differencesOf(
          bendProject(altered.index, (project) => ({
            ...project,
            contracts: project.contracts.map((contract) => ({
              ...contract,
              lines: contract.lines.map((line) => (line.id === altered.line.id ? { ...line, amount } : line)),
            })),
          })),
        );
        expect(found).toContainEqual(
          expect.objectContaining({ place: expect.stringContaining(altered.line.originId), what: "amount" }),
        );
        expect(found).toContainEqual(expect.objectContaining({ place: `project ${altered.number}`, what: "commitments" }));
      }),
      { numRuns: 60 },
    );
  });

  it("shows in the money of its flow and currency, with its sign", () => {
    const { project } = first();
    const [line] = project.directCostLines;
    const totals = bendProject(0, (each) => ({
      ...each,
      directCostLines: each.directCostLines.map((other) => (other === line ? { ...other, amount: "0.0" } : other)),
    }));
    const { money, differences } = compareProcore(manifest, totals);
    const currency = manifest.projects[0]?.currency;
    const row = money.find((each) => each.flow === "costs" && each.currency === currency);
    expect(row?.difference).toBe(`-${manifest.projects[0]?.directCostsByCode[line?.budgetCode ?? ""]}`);
    expect(differences.map(({ what }) => what)).toEqual(["direct costs", "direct costs", "total shown by Procore"]);
  });

  it.each<[string, ProcoreTotals, string]>([
    [
      "a contract that is missing",
      bendProject(0, (project) => ({ ...project, contracts: project.contracts.slice(1) })),
      "contract",
    ],
    [
      "a contract too many",
      bendProject(0, (project) => ({
        ...project,
        contracts: [...project.contracts, { ...first().contract, id: 1, originId: "S01.100.PO.4500999999.1", lines: [] }],
      })),
      "contract",
    ],
    [
      "a contract that stands twice",
      bendProject(0, (project) => ({ ...project, contracts: [...project.contracts, first().contract] })),
      "contracts",
    ],
    ["a contract that people keyed", bendContract((contract) => ({ ...contract, originId: "" })), "contract"],
    ["another status", bendContract((contract) => ({ ...contract, status: "Void" })), "status"],
    ["another vendor", bendContract((contract) => ({ ...contract, vendor: "S01.100.VN.0000000001" })), "vendor"],
    ["another currency", bendContract((contract) => ({ ...contract, currency: "XXX" })), "currency"],
    ["a line that is missing", bendContract((contract) => ({ ...contract, lines: contract.lines.slice(1) })), "line"],
    [
      "another budget code",
      bendContract((contract) => ({ ...contract, lines: contract.lines.map((line) => ({ ...line, budgetCode: "99-999.O" })) })),
      "budget code",
    ],
    [
      "a total that is not the sum of its lines",
      bendContract((contract) => ({ ...contract, total: "1.0" })),
      "total shown by Procore",
    ],
    [
      "an amount that is none",
      bendContract((contract) => ({ ...contract, lines: contract.lines.map((line) => ({ ...line, amount: "ten" })) })),
      "amount",
    ],
    [
      "half a direct cost: not approved",
      bendProject(0, (project) => ({
        ...project,
        directCosts: project.directCosts.map((cost, at) => (at === 0 ? { ...cost, status: "draft" } : cost)),
      })),
      "status",
    ],
    ["a project out of sight", { ...equal, projects: equal.projects.slice(1) }, "project"],
    [
      "records in a project that SAP does not know",
      { ...equal, projects: [...equal.projects, { ...first().project, id: 7, number: "other" }] },
      "records",
    ],
    ["a vendor too few", { ...equal, vendorOriginIds: equal.vendorOriginIds.slice(1) }, "vendors"],
    [
      "a vendor twice",
      { ...equal, vendorOriginIds: [...equal.vendorOriginIds.slice(1), equal.vendorOriginIds[1] ?? ""] },
      "vendor",
    ],
  ])("is named: %s", (_name, totals, what) => {
    expect(differencesOf(totals).map((difference) => difference.what)).toContain(what);
  });

  it("leaves vendors of other systems alone", () => {
    expect(differencesOf({ ...equal, vendorOriginIds: [...equal.vendorOriginIds, "X99.200.VN.0000000001"] })).toEqual([]);
  });
});
