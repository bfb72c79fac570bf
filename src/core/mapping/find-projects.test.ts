import { describe, expect, it } from "vitest";
import { findProjects, type ProjectSeen } from "./find-projects.ts";

const client = { systemId: "S01", client: "100" };
const project = (id: number, fields: Partial<ProjectSeen> = {}): ProjectSeen => ({
  id,
  projectNumber: null,
  originId: null,
  isActive: true,
  ...fields,
});
const found = (projects: readonly ProjectSeen[], rows: Record<string, number> = {}) => {
  const answer = findProjects(["TOWER"], projects, { client, rows }).get("TOWER");
  if (!answer) return undefined;
  return answer.kind === "found" ? `${answer.project.id} by ${answer.by}` : `ambiguous ${answer.ids.join(",")} by ${answer.by}`;
};

describe("the project that a rule names", () => {
  it("is found by row, then by origin id, then by number", () => {
    const all = [project(1, { projectNumber: "TOWER" }), project(2, { originId: "TOWER" }), project(3)];
    expect(found(all, { TOWER: 3 })).toBe("3 by row");
    expect(found(all)).toBe("2 by origin-id");
    expect(found([project(4, { originId: "S01.100.PJ.TOWER" })])).toBe("4 by origin-id");
    expect(found(all.filter(({ id }) => id !== 2))).toBe("1 by number");
  });

  it("is not guessed between two", () => {
    expect(found([project(1, { projectNumber: "TOWER" }), project(2, { projectNumber: "TOWER" })])).toBe(
      "ambiguous 1,2 by number",
    );
    expect(found([project(1, { originId: "TOWER" }), project(2, { originId: "S01.100.PJ.TOWER" })])).toBe(
      "ambiguous 1,2 by origin-id",
    );
  });

  it("is not one of another SAP client, nor an inactive one", () => {
    expect(found([project(1, { originId: "S02.100.PJ.TOWER" })])).toBeUndefined();
    const old = project(1, { projectNumber: "TOWER", isActive: false });
    expect(found([old])).toBeUndefined();
    expect(found([old, project(2, { projectNumber: "TOWER" })])).toBe("2 by number");
  });

  it("is not looked for elsewhere where a row names one that is not there", () => {
    expect(found([project(1, { projectNumber: "TOWER" })], { TOWER: 9 })).toBeUndefined();
    expect(findProjects(["constructor"], [], { client, rows: {} }).size).toBe(0);
  });
});
