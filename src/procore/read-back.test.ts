import { describe, expect, it } from "vitest";
import { openBench, type Reply, type Script } from "./testing.ts";

const list = (items: unknown[], total?: number): Reply => ({
  status: 200,
  json: items,
  headers: total === undefined ? {} : { total: String(total) },
});

type World = {
  projects?: Reply;
  vendors?: Reply;
  inactive?: Reply;
  contracts?: Reply;
  contract?: Reply;
  lines?: Reply;
  costs?: Reply;
};

const answer =
  (world: World): Script =>
  ({ path }) => {
    const empty = list([]);
    if (path.includes("/v1.1/projects?")) return world.projects ?? list([{ id: 810, name: "Bridge" }]);
    if (path.includes("/vendors/inactive")) return world.inactive ?? empty;
    if (path.includes("/vendors")) return world.vendors ?? empty;
    if (path.includes("/line_items")) return world.lines ?? empty;
    if (path.includes("/purchase_order_contracts/9100?")) return world.contract ?? { status: 200, json: { id: 9100 } };
    if (path.includes("/purchase_order_contracts?")) return world.contracts ?? empty;
    return world.costs ?? empty;
  };

const contracts = async (world: World, siblings?: string[]) => {
  const bench = openBench(answer(world), { limits: { triesMax: 1 } });
  const sightings = await bench.procore.readBack.contracts({ projectId: 810, originIds: ["a", "b"], siblings });
  return { ...bench, a: sightings.get("a"), b: sightings.get("b") };
};

describe("reading back", () => {
  it("finds, and believes an absence in a permitted project whose listing is whole", async () => {
    const { a, b, http } = await contracts({ contracts: list([{ id: 1, origin_id: "a", status: "Draft" }], 1) });
    expect(a).toMatchObject({ kind: "found", entity: { id: 1, status: "Draft" } });
    expect(b).toEqual({ kind: "absent" });
    expect(http.requests[0]?.path).toContain("filters%5Binclude_deleted%5D=with");
  });

  it("asks nothing more when everything was found", async () => {
    const { http } = await contracts({
      contracts: list([
        { id: 1, origin_id: "a" },
        { id: 2, origin_id: "b", deleted_at: "2026-01-01T00:00:00Z" },
      ]),
    });
    expect(http.requests).toHaveLength(1);
  });

  it.each<[string, World, RegExp]>([
    ["the project is not permitted", { projects: list([{ id: 811, name: "Other" }]) }, /Project 810 is not visible/],
    ["the project list fails", { projects: { status: 403, json: { errors: ["no"] } } }, /procore.unauthorised/],
    ["the listing fails", { contracts: { status: 500 } }, /procore.server/],
    ["the listing is not whole", { contracts: list([{ id: 1, origin_id: "x" }], 2) }, /counted 2 items and listed 1/],
  ])("believes no absence when %s", async (_, world, reason) => {
    const { a } = await contracts(world);
    expect(a).toMatchObject({ kind: "notCredible", reason: expect.stringMatching(reason) });
  });

  it("believes no absence when no known sibling shows, and does when one does", async () => {
    const world = { contracts: list([{ id: 3, origin_id: "c" }]) };
    expect((await contracts(world, ["s"])).a?.kind).toBe("notCredible");
    expect((await contracts(world, ["s", "c"])).a?.kind).toBe("absent");
  });

  it("keeps what was found even when the rest is doubtful", async () => {
    const { a, b } = await contracts({ contracts: list([{ id: 1, origin_id: "a" }], 5) });
    expect([a?.kind, b?.kind]).toEqual(["found", "notCredible"]);
  });

  it("looks for vendors among the inactive ones too", async () => {
    const ask = async (world: World) => {
      const { procore } = openBench(answer(world), { limits: { triesMax: 1 } });
      return (await procore.readBack.vendors({ originIds: ["v"] })).get("v");
    };
    expect(await ask({ inactive: list([{ id: 7, name: "Old", origin_id: "v", is_active: false }]) })).toMatchObject({
      kind: "found",
      entity: { id: 7, isActive: false },
    });
    expect((await ask({}))?.kind).toBe("absent");
    expect((await ask({ inactive: { status: 404 } }))?.kind).toBe("notCredible");
  });

  it("wants to see the contract before it believes that a line is absent", async () => {
    const ask = async (world: World) => {
      const { procore } = openBench(answer(world), { limits: { triesMax: 1 } });
      return (await procore.readBack.contractLines({ projectId: 810, contractId: 9100, originIds: ["l"] })).get("l");
    };
    expect((await ask({}))?.kind).toBe("absent");
    expect((await ask({ contract: { status: 404, json: { message: "Not found" } } }))?.kind).toBe("notCredible");
    expect((await ask({ contract: { status: 200, json: { id: 9100, deleted_at: "2026-01-01T00:00:00Z" } } }))?.kind).toBe(
      "notCredible",
    );
    expect(await ask({ lines: list([{ id: 4, origin_id: "l", amount: "5.0" }]) })).toMatchObject({
      kind: "found",
      entity: { amount: "5.0" },
    });
  });

  it("wants to see the direct cost before it believes that its line is absent", async () => {
    const ask = async (world: World) => {
      const { procore } = openBench(answer(world), { limits: { triesMax: 1 } });
      return (await procore.readBack.directCostLines({ projectId: 810, directCostId: 88, originIds: ["l"] })).get("l")?.kind;
    };
    expect(await ask({})).toBe("notCredible");
    expect(await ask({ costs: list([{ id: 88 }]) })).toBe("absent");
  });

  it("reads project vendors back by vendor id, and doubts the absence of one who would not show", async () => {
    const ask = async (company: unknown[]) => {
      const world: Script = (request, index) =>
        request.path.startsWith("/rest/v1.0/vendors?") ? list(company) : answer({ vendors: list([{ id: 5 }]) })(request, index);
      const { procore } = openBench(world);
      const sightings = await procore.readBack.projectVendors({ projectId: 810, vendorIds: [5, 7] });
      return [5, 7].map((id) => sightings.get(id)?.kind);
    };
    expect(await ask([{ id: 7, name: "Shown" }])).toEqual(["found", "absent"]);
    expect(await ask([])).toEqual(["found", "notCredible"]);
  });
});
