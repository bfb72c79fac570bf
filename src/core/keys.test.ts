import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromAlpha, isOwnOriginId, originId, toAlpha } from "./keys.ts";

const client = { systemId: "S01", client: "100" };

describe("ALPHA", () => {
  it("pads digits, upper-cases the rest, refuses what does not fit", () => {
    expect(toAlpha("12345", 10)).toEqual({ ok: true, value: "0000012345" });
    expect(toAlpha("v-12", 10)).toEqual({ ok: true, value: "V-12" });
    expect(toAlpha("12345678901", 10)).toMatchObject({ ok: false, error: { code: "key.too-long" } });
    expect(toAlpha("  ", 10)).toMatchObject({ ok: false, error: { code: "key.empty" } });
  });

  it("is idempotent, and the outer form leads back", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Z-]{1,10}$/), (value) => {
        const inner = toAlpha(value, 10);
        if (!inner.ok) return;
        expect(toAlpha(inner.value, 10)).toEqual(inner);
        expect(toAlpha(fromAlpha(inner.value), 10)).toEqual(inner);
      }),
    );
  });
});

describe("origin ids", () => {
  it("are laid out as ruling 1 says", () => {
    expect(originId(client, "PO", ["4500012345", 810])).toEqual({ ok: true, value: "S01.100.PO.4500012345.810" });
    expect(isOwnOriginId(client, "S01.100.PO.4500012345.810")).toBe(true);
    expect(isOwnOriginId(client, "S01.1002.PO.4500012345.810")).toBe(false);
  });

  it("tell different keys apart", () => {
    const part = fc.stringMatching(/^[!-~]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.array(part, { minLength: 1, maxLength: 4 }),
        (left, right) => {
          const a = originId(client, "PL", left);
          const b = originId(client, "PL", right);
          if (a.ok && b.ok && a.value === b.value) expect(left).toEqual(right);
        },
      ),
    );
  });

  it("refuse a dot, a blank, a control character and an empty part", () => {
    for (const part of ["a.b", "a b", "a\u0001", ""]) expect(originId(client, "VN", [part]).ok).toBe(false);
  });
});
