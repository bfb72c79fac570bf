import { describe, expect, it } from "vitest";
import { createKindMarks } from "./kind-marks.ts";

const marks = createKindMarks<"COSP" | "COSS", "control-totals">("slice of control totals", ["COSP", "COSS"]);
const slice = { ranges: [{ field: "OBJNR" }], oneOf: [] };

describe("a slice of one kind among several", () => {
  it("says so in its label and beside what it holds, and gives both back", () => {
    const offer = { kind: "discover", flow: "control-totals", label: "COSP OBJNR[,4)", slice } as const;
    const marked = marks.mark("COSP", offer);
    expect(marked).toEqual({ ...offer, label: "COSP COSP OBJNR[,4)", slice: { of: "COSP", ...slice } });
    expect(marks.unmark(JSON.parse(JSON.stringify(marked.slice)))).toEqual({ of: "COSP", slice });
    expect(marks.bareLabel("COSP", marked.label)).toBe(offer.label);
  });

  it("keeps its keys where an agent halves them without knowing of kinds", () => {
    const offer = {
      kind: "objects",
      flow: "control-totals",
      label: "a",
      slice: { keys: [{ OBJNR: "1" }, { OBJNR: "2" }] },
    } as const;
    const { keys, ...rest } = marks.mark("COSS", offer).slice as { keys: unknown[] };
    expect(marks.unmark({ ...rest, keys: keys.slice(0, 1) })).toEqual({ of: "COSS", slice: { keys: [{ OBJNR: "1" }] } });
  });

  it("marks what a split leaves and what it completed", () => {
    const offer = { kind: "discover", flow: "control-totals", label: "b", slice } as const;
    const found = marks.markAll("COSP", { kind: "split", slices: [offer], kept: [{ label: "a", slice }] });
    expect(found).toEqual({
      kind: "split",
      slices: [{ ...offer, label: "COSP b", slice: { of: "COSP", ...slice } }],
      kept: [{ label: "COSP a", slice: { of: "COSP", ...slice } }],
    });
    expect(marks.markAll("COSP", { kind: "complete", slices: [] })).toEqual({ kind: "complete", slices: [] });
  });

  it.each([[null], [{ of: "GLT0", ...slice }], ["COSP"], [slice]])("refuses %j, which is of no kind it knows", (stranger) => {
    expect(() => marks.unmark(stranger)).toThrow("slice of control totals");
  });
});
