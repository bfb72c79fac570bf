// Pages that are made from the code stay equal to it. `UPDATE_DOCS=1 npm run test:unit` writes them anew.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { errorRegistry, exclusionRules } from "../../src/core/index.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

function errorsPage(): string {
  const rows = Object.entries(errorRegistry).map(
    ([code, { class: kind, owner, sentence, next }]) => `| \`${code}\` | ${kind} | ${owner} | ${sentence} | ${next} |`,
  );
  const rules = Object.entries(exclusionRules).map(([rule, why]) => `| \`${rule}\` | ${why} |`);
  return [
    "# Codes",
    "",
    "Made from the registry in `src/core/errors`; a test keeps it current. *retry* passes by itself, *hold* is one record that waits for somebody,",
    "*fix-config* is a setting, right or password, *stop* ends the run because going on could harm.",
    "",
    "| Code | Class | Owner | What | Next step |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    "## Rules that leave something out",
    "",
    "| Rule | Why |",
    "|---|---|",
    ...rules,
    "",
  ].join("\n");
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : testFiles(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

describe("docs/codes.md", () => {
  it("is what the registry says", () => {
    const file = join(root, "docs", "codes.md");
    if (process.env.UPDATE_DOCS) writeFileSync(file, errorsPage());
    expect(readFileSync(file, "utf8")).toBe(errorsPage());
  });
});

describe("every code", () => {
  const files = [...testFiles(join(root, "src")), ...testFiles(join(root, "test"))].filter(
    (file) => !/registry\.test|docs\.test/.test(file),
  );
  const text = files.map((file) => readFileSync(file, "utf8")).join("\n");
  const occurs = (code: string) => new RegExp(`(?<![\\w.-])${code.replaceAll(".", "\\.")}(?![\\w-])`).test(text);

  it("of the registry occurs in a test", () => {
    expect(Object.keys(errorRegistry).filter((code) => !occurs(code))).toEqual([]);
  });

  it("of the exclusion rules occurs in a test", () => {
    expect(Object.keys(exclusionRules).filter((rule) => !occurs(rule))).toEqual([]);
  });
});
