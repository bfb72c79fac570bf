import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../../core/index.ts";
import { nearestOf } from "./nearest.ts";
import { readMapping } from "./read-mapping.ts";
import { mappingCsv, mappingYaml } from "./write-mapping.ts";

const header = "company_code,object_type,object,account,material_group,valid_from,valid_to,project,cost_code,cost_type\n";
const line = ",wbs,P-1,,,,,TOWER,03-100,M\n";

function faultOf(text: string): Fault {
  try {
    readMapping("/c/mapping.csv", text);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("no fault");
}

describe("a mapping", () => {
  it("is read whatever the order of its columns, with quotes, blank lines and a byte order mark", () => {
    const mapping = readMapping("m.csv", '\ufeffproject,cost_type,cost_code,object_type,object\n\n"TOWER, A",M,03-100,wbs,P-1\n');
    expect(mapping).toMatchObject({ ruleCount: 1, projects: ["TOWER, A"] });
  });

  it("may be empty, and may not lack its header", () => {
    expect(readMapping("m.csv", header).ruleCount).toBe(0);
    expect(faultOf("")).toMatchObject({ code: "mapping.invalid", place: "/c/mapping.csv:1" });
  });
});

describe("a bad mapping names its line", () => {
  it.each([
    ["an unknown column", header.replace("account", "acount"), 1, 'nearest is "account"'],
    ["a missing column", "object_type,project,cost_code\n", 1, '"cost_type" is missing'],
    ["a column twice", "object,object,object_type,project,cost_code,cost_type\n", 1, '"object" is there twice'],
    ["a cell too few", `${header}${line},wbs,P-2\n`, 3, "3 cells where the header has 10"],
    ["a bad cell", `${header}${line}${line.replace("wbs", "wbz").replace("P-1", "P-2")}`, 3, 'object_type "wbz" is not one of'],
    ["two bad lines", `${header},x,,,,,,T,c,t\n${line},y,,,,,,T,c,t\n`, 2, "(1 more bad lines: 4)"],
    ["a tie", `${header}${line}${line.replace("P-1", "P-2")}${line.replace("M", "L")}`, 4, "lines 2 and 4 tie"],
    ["an empty span", `${header},wbs,P-1,,,2026-02-01,2026-01-01,T,c,t\n`, 2, "is after"],
    ["ranges that tie", `${header},wbs,,4..6,,,,T,c,t\n,wbs,,5..7,,,,T,c,t\n`, 3, "lines 2 and 3 tie: ranges of one width"],
    ["an open quote", `${header}${line},wbs,"P-2,,,,,T,c,t\n`, 3, "is no CSV"],
    ["a line after a cell with a line break", `${header},wbs,"P\n1",,,,,T,c,t\n,wbz,P-2,,,,,T,c,t\n`, 4, "wbz"],
  ] as const)("%s", (_name, text, number, told) => {
    expect(faultOf(text)).toMatchObject({
      code: "mapping.invalid",
      place: `/c/mapping.csv:${number}`,
      detail: expect.stringContaining(told),
    });
  });

  it("never anything but a fault of its own, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(faultOf(`${header}${text}x\n`).code).toBe("mapping.invalid");
      }),
    );
  });
});

describe("a mapping as YAML", () => {
  const yamlFault = (text: string): Fault => {
    try {
      readMapping("/c/mapping.yaml", text);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
    throw new Error("no fault");
  };
  const rule = "- object_type: cost-center\n  object: 0010\n  project: TOWER\n  cost_code: 03-100\n  cost_type: M\n";

  it("takes values as they were typed", () => {
    const mapping = readMapping("m.yml", `# rules\n${rule}  account: 040..050\n  valid_from: 2026-01-01\n`);
    expect(mapping.rules[0]).toMatchObject({
      name: "m.yml:2",
      object: { kind: "exact", value: "0000000010" },
      account: { kind: "range", from: "0000000040", to: "0000000050" },
      validFrom: "20260101",
    });
    expect(readMapping("m.yaml", "").ruleCount).toBe(0);
  });

  it.each([
    ["a key that is not known", `${rule}  acount: 1\n`, "6:3", 'nearest is "account"'],
    [
      "a bad cell",
      `${rule}${rule.replace("cost-center", "costs").replace("0010", "11")}`,
      "6",
      'object_type "costs" is not one of',
    ],
    ["a tie", `${rule}${rule}`, "6", "lines 1 and 6 tie"],
    ["no list", "object_type: wbs\n", "1:1", "no list of rules"],
    ["no rule", "- wbs\n", "1:3", "no rule"],
    ["a nested value", `${rule}  account: [1]\n`, "6:12", "account is no plain value"],
    ["a key twice", `${rule}  object: 1\n`, "6:3", "is no YAML"],
    ["no YAML", "- {", "1:4", "is no YAML"],
  ] as const)("%s is named with its place", (_name, text, place, told) => {
    expect(yamlFault(text)).toMatchObject({
      code: "mapping.invalid",
      place: `/c/mapping.yaml:${place}`,
      detail: expect.stringContaining(told),
    });
  });

  it("and as CSV is written so that it reads back equal", () => {
    const csv = `${header}1000,wbs,P-1*,400..499,A,2026-01-01,2026-12-31,"T, ""1""",03,M\n,cost-center,0010,,,,,T,03,no\n,plant,1e3,,,,,T,03,M\n`;
    const mapping = readMapping("m.csv", csv);
    const again = [readMapping("m.csv", mappingCsv(mapping.rules)), readMapping("m.yaml", mappingYaml(mapping.rules))];
    for (const each of again) {
      expect(each.version).toBe(mapping.version);
      expect(each.rules.map((one) => ({ ...one, name: "" }))).toEqual(mapping.rules.map((one) => ({ ...one, name: "" })));
    }
  });
});

describe("a sub job", () => {
  const table = `${header.replace("project,", "project,sub_job,")},wbs,P-1,400000..499999,,,,TOWER,A,03-100,M\n`;

  it("is a column that only those need who have some", () => {
    const mapping = readMapping("m.csv", table);
    expect(mapping.rules[0]?.target).toEqual({ project: "TOWER", subJob: "A", costCode: "03-100", costType: "M" });
    for (const each of [readMapping("m.csv", mappingCsv(mapping.rules)), readMapping("m.yaml", mappingYaml(mapping.rules))]) {
      expect(each.version).toBe(mapping.version);
      expect(each.rules[0]?.target).toEqual(mapping.rules[0]?.target);
    }
  });

  it("left empty says nothing, and a mapping without one keeps the version that it had before there were any", () => {
    const empty = readMapping("m.csv", table.replace("TOWER,A,", "TOWER,,"));
    expect(empty.version).toBe("be2c74fe541a7d43");
    expect(empty.rules[0]?.target).toEqual({ project: "TOWER", costCode: "03-100", costType: "M" });
    expect(mappingCsv(empty.rules)).not.toContain("sub_job");
    expect(readMapping("m.csv", table).version).not.toBe(empty.version);
  });
});

describe("the nearest word", () => {
  it("is the one with the fewest changed letters, case aside", () => {
    expect(nearestOf("clientid", ["companyId", "clientId", "client"])).toBe("clientId");
    expect(nearestOf("hots", ["port", "host"])).toBe("host");
    expect(nearestOf("x", [])).toBeUndefined();
  });

  it("of a known word is the word itself", () => {
    const words = ["dataFolder", "hub", "tenant", "connections", "version"];
    for (const word of words) expect(nearestOf(word, words)).toBe(word);
  });
});
