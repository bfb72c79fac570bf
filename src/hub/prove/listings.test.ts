import { describe, expect, it } from "vitest";
import type { Procore } from "../../procore/index.ts";
import { listTarget } from "./listings.ts";

const listing = (items: readonly unknown[]) => ({
  read: async () => ({ ok: true, value: { items, total: items.length, isComplete: true } }),
});
/** Procore as far as a listing of contracts asks it. */
const procoreWith = (contracts: readonly unknown[], projects: readonly { id: number }[]) =>
  ({
    purchaseOrderContracts: { list: () => listing(contracts) },
    projects: { list: () => listing(projects) },
  }) as unknown as Procore;
const target = { projectId: 810, kind: "contracts", provedAt: null } as const;

describe("an empty listing", () => {
  it("is one where the project may be seen, and proves nothing where it may not", async () => {
    expect(await listTarget(procoreWith([], [{ id: 810 }]), target)).toEqual({ kind: "listed", listed: [] });
    expect(await listTarget(procoreWith([], [{ id: 811 }]), target)).toMatchObject({
      kind: "not-credible",
      problem: expect.stringContaining("project 810 is not among those"),
    });
  });
});
