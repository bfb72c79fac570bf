// The text of `$filter`, whatever values come from outside: a faithful service lets pass by it every row that the filter lets pass, nulls for nothing and
// trailing blanks cut; and no value gets out of its quotes. CASES sets how many filters are tried.
import { describe, expect, it } from "vitest";
import { filterTexts } from "../../src/sap/odata/filter.ts";
import { describeTable, serviceMapSchema } from "../../src/sap/odata/service-map.ts";
import { matcherOf, type Where } from "../../src/sap/rfc/index.ts";
import { cases, type Dice } from "./dice.ts";
import { play } from "./play.ts";

const { tables } = serviceMapSchema.parse({
  service: "/sap/opu/odata/sap/Z_SRV",
  tables: {
    LFA1: {
      set: "S",
      fields: {
        LIFNR: { property: "Lifnr", type: "Edm.String", length: 10, isKey: true, keyForm: "stripped" },
        EBELN: { property: "Ebeln", type: "Edm.String", length: 10, isKey: true },
        NAME1: { property: "Name1", type: "Edm.String", length: 12 },
        ERDAT: { property: "Erdat", type: "Edm.DateTime", length: 8 },
        WERT: { property: "Wert", type: "Edm.Decimal", length: 8, decimals: 2 },
        FLAG: { property: "Flag", type: "Edm.String", length: 1, isFilterable: false },
      },
    },
  },
});
const table = tables.LFA1 ?? expect.fail("no table");
const description = describeTable("LFA1", table);
type Cells = Record<"LIFNR" | "EBELN" | "NAME1" | "ERDAT" | "WERT" | "FLAG", string>;

const values: Readonly<Record<keyof Cells, readonly string[]>> = {
  LIFNR: ["0000000001", "0000100001", "ACME", "0000000000"],
  EBELN: ["4500000001", "4500000002", "A'B"],
  NAME1: ["", "A", "AB", "A ", " ", "O'Neil", "') or (1 eq 1", "' or '", "ä", "datetime'x'", "and", "Ab)"],
  ERDAT: ["00000000", "20200101", "20261124", "19691231", "99991231"],
  WERT: ["", "1.00", "2.00"],
  FLAG: ["", "X"],
};
const fields = Object.keys(values) as (keyof Cells)[];

function leaf(dice: Dice): Where {
  const field = dice.pick(fields);
  const value = () => dice.pick(values[field]);
  switch (dice.below(5)) {
    case 0:
      return { kind: "between", field, low: value(), high: value() };
    case 1:
      return { kind: "in", field, values: Array.from({ length: dice.below(4) }, value) };
    case 2:
      return { kind: "starts-with", field, value: value() };
    default:
      return { kind: "compare", field, operator: dice.pick(["=", "<>", "<", "<=", ">", ">="]), value: value() };
  }
}

function tree(dice: Dice, deep = 0): Where {
  if (deep > 3 || dice.chance(0.4)) return leaf(dice);
  const of = Array.from({ length: dice.between(1, 3) }, () => tree(dice, deep + 1));
  return dice.chance(0.15) ? { kind: "not", of: of[0] ?? leaf(dice) } : { kind: dice.pick(["all", "any"] as const), of };
}

type Sent = Readonly<Record<string, string | null>>;

/** As a Gateway service writes the row: nothing as null or as an empty text, blanks at the end cut, zeros with or without. */
function sentOf(cells: Cells, dice: Dice): Sent {
  const text = (value: string) => {
    const cut = value.replace(/ +$/, "");
    return cut === "" && dice.chance(0.5) ? null : cut;
  };
  const day = cells.ERDAT;
  return {
    Lifnr: dice.chance(0.5) ? cells.LIFNR.replace(/^0+(?=\d)/, "") : cells.LIFNR,
    Ebeln: cells.EBELN,
    Name1: text(cells.NAME1),
    Erdat: day === "00000000" ? null : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00`,
  };
}

const compare: Readonly<Record<string, (one: string, other: string) => boolean>> = {
  eq: (one, other) => one === other,
  lt: (one, other) => one < other,
  le: (one, other) => one <= other,
  gt: (one, other) => one > other,
  ge: (one, other) => one >= other,
};

/** A reader of $filter for what stands in brackets, `and`, `or`, comparisons and `startswith`; anything else is no filter. */
function passes(text: string, row: Sent): boolean {
  const tokens = text.match(/datetime'[^']*'|'(?:[^']|'')*'|[(),]|[A-Za-z][A-Za-z0-9]*|\S/g) ?? [];
  let at = 0;
  const take = (wanted?: string): string => {
    const token = tokens[at++] ?? "";
    if (wanted !== undefined && token !== wanted) throw new Error(`${JSON.stringify(text)} has ${token} for ${wanted}`);
    return token;
  };
  const literal = (token: string) => {
    if (!/^(?:datetime)?'/.test(token)) throw new Error(`${JSON.stringify(text)} has ${token} for a value`);
    return token
      .replace(/^datetime/, "")
      .slice(1, -1)
      .replaceAll("''", "'");
  };
  const property = (): string | null => {
    const name = take();
    if (!Object.hasOwn(row, name)) throw new Error(`${JSON.stringify(text)} asks for ${name}`);
    return row[name] ?? null;
  };
  const term = (): boolean => {
    if (tokens[at] === "(") {
      take("(");
      const inner = either();
      take(")");
      return inner;
    }
    if (tokens[at] === "startswith") {
      at += 1;
      take("(");
      const sent = property();
      take(",");
      const start = literal(take());
      take(")");
      return sent?.startsWith(start) ?? false;
    }
    const sent = property();
    const holds = compare[take()];
    if (holds === undefined) throw new Error(`${JSON.stringify(text)} has no operator`);
    const value = literal(take());
    return sent !== null && holds(sent, value);
  };
  const joined = (word: string, part: () => boolean, join: (one: boolean, other: boolean) => boolean) => () => {
    let result = part();
    while (tokens[at] === word) {
      at += 1;
      result = join(part(), result);
    }
    return result;
  };
  const both = joined("and", term, (one, other) => one && other);
  const either = joined("or", both, (one, other) => one || other);
  const result = either();
  if (at < tokens.length) throw new Error(`${JSON.stringify(text)} goes on behind its end`);
  return result;
}

describe("the text of $filter", () => {
  it("lets pass every row that the filter lets pass, and is one whatever the values", async () => {
    const ways = await play(cases * 0.5, (dice) => {
      const where = tree(dice);
      const texts = filterTexts(where, table);
      const matches = matcherOf(where, description);
      let asked = false;
      for (let times = 0; times < 6; times += 1) {
        const cells = Object.fromEntries(fields.map((field) => [field, dice.pick(values[field])])) as Cells;
        const sent = sentOf(cells, dice);
        const isSent = texts.map((text) => text === undefined || passes(text, sent)).includes(true);
        asked ||= texts.some((text) => text !== undefined);
        if (!isSent && matches(description.fields.map(({ name }) => cells[name as keyof Cells])))
          throw new Error(`${JSON.stringify(texts)} keeps back ${JSON.stringify(sent)} of ${JSON.stringify(where)}`);
      }
      return asked ? "asked" : "not asked";
    });
    expect(ways("asked")).toBeGreaterThan(cases * 0.05);
  });
});
