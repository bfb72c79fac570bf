import { describe, expect, it } from "vitest";
import { ok } from "../../core/index.ts";
import type { WbsCode } from "../../procore/index.ts";
import { createOnce } from "../context.ts";
import { budgetCode } from "./budget-codes.ts";
import type { CallScope } from "./handler.ts";

const code = (id: number, flatCode: string, isActive = true): WbsCode => ({
  id,
  flatCode,
  flatName: null,
  description: null,
  isActive,
  hasSubJob: flatCode.startsWith("A."),
});
const fault = { code: "procore.server", endpoint: "GET x", detail: "down", complaints: [] } as const;
const choices = [{ segment_id: 11, segment_item_id: 2 }];
const row = (flat_code: string) => ({ originId: `BC.810.${flat_code}`, body: { flat_code, segment_items: choices } });

type Listed = readonly WbsCode[] | "fails";

function scopeOf(listed: Listed, answer?: unknown): { scope: CallScope; sent: unknown[] } {
  const sent: unknown[] = [];
  const budgetCodes = {
    wbsCodes: () => ({ all: async () => (listed === "fails" ? { ok: false, error: fault } : ok(listed)) }),
    createWbsCode: async (_project: number, body: unknown) => {
      sent.push(body);
      return answer;
    },
  };
  const scope = { connection: { procore: { budgetCodes } }, projectId: 810, options: {}, once: createOnce() };
  return { scope: scope as unknown as CallScope, sent };
}

describe("creating a budget code", () => {
  it("sends the combination and nothing of a description", async () => {
    const { scope, sent } = scopeOf([code(1, "03-100.L")], { kind: "answered", body: code(7, "03-100.M") });
    expect(await budgetCode.send(scope, [row("03-100.M")])).toMatchObject([
      { kind: "settled", procoreId: 7, amount: null, differences: [] },
    ]);
    expect(sent).toEqual([{ segment_items: choices }]);
  });

  it("sends nothing where it is there", async () => {
    const { scope, sent } = scopeOf([code(7, "03-100.M"), code(8, "03-100.L", false)]);
    const elements = await budgetCode.send(scope, [row("03-100.M"), row("03-100.L")]);
    expect(elements).toMatchObject([
      { kind: "settled", procoreId: 7, differences: [] },
      { procoreId: 8, differences: [{ field: "status", sent: "active", found: "inactive" }] },
    ]);
    expect(sent).toEqual([]);
  });

  it("tells a sub job from a cost code with a dot", async () => {
    const dotted = { ...code(7, "A.03.M"), hasSubJob: false };
    const wanted = row("A.03.M");
    const ofJob = { ...wanted, body: { ...wanted.body, sub_job: "A" } };
    const { scope, sent } = scopeOf([dotted], { kind: "answered", body: code(8, "A.03.M") });
    expect(await budgetCode.send(scope, [wanted])).toMatchObject([{ procoreId: 7, differences: [] }]);
    expect(sent).toEqual([]);
    expect(await budgetCode.send(scope, [ofJob])).toMatchObject([{ procoreId: 8, differences: [] }]);
    expect(sent).toHaveLength(1);
    // Where Procore does not show the parts, the name alone decides.
    const { scope: silent } = scopeOf([{ ...dotted, hasSubJob: undefined }]);
    expect(await budgetCode.send(silent, [ofJob])).toMatchObject([{ procoreId: 7 }]);
  });

  it("is not what was meant where it comes back under another code", async () => {
    const { scope } = scopeOf([], { kind: "answered", body: code(7, "A.03-100.M") });
    const differences = [{ field: "flat_code", sent: "03-100.M", found: "A.03-100.M" }];
    expect(await budgetCode.send(scope, [row("03-100.M")])).toMatchObject([{ kind: "settled", differences }]);
  });

  it("is refused, in doubt or later as Procore says, and sent blindly never", async () => {
    const outcome = async (listed: Listed, answer?: unknown) => {
      const { scope, sent } = scopeOf(listed, answer);
      const [element] = await budgetCode.send(scope, [row("03-100.M")]);
      return `${element?.kind} ${sent.length}`;
    };
    expect(await outcome([], { kind: "refused", fault })).toBe("refused 1");
    expect(await outcome([], { kind: "unknown", fault })).toBe("unknown 1");
    expect(await outcome("fails")).toBe("notSent 0");
  });
});

describe("looking it up after doubt", () => {
  it("finds it, or not, or cannot tell", async () => {
    const seen = async (listed: Listed) =>
      (await budgetCode.readBack(scopeOf(listed).scope, [row("03-100.M")])).get("BC.810.03-100.M");
    expect(await seen([code(7, "03-100.M")])).toEqual({ kind: "found", procoreId: 7, amount: null, isAsSent: true });
    expect(await seen([code(7, "03-100.M", false)])).toMatchObject({ kind: "found", isAsSent: false });
    expect(await seen([])).toEqual({ kind: "absent" });
    expect(await seen("fails")).toEqual({ kind: "not-credible", reason: "down" });
  });
});
