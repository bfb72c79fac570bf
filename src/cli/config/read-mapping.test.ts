import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../../core/index.ts";
import { nearestOf } from "./nearest.ts";
import { readMapping } from "./read-mapping.ts";

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
