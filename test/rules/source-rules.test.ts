// The house's walls as a test: who may import whom (design section 3), that clocks and randomness enter through ports only,
// and that SQL takes time and ids as parameters. It reads the source as text, so that it holds for type imports too.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const src = join(root, "src");

const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: [],
  wire: ["core"],
  sap: ["core", "ports"],
  procore: ["core", "ports"],
  store: ["core", "ports"],
  hub: ["core", "ports", "wire", "store", "procore"],
  agent: ["core", "ports", "wire", "sap"],
  cli: ["core", "ports", "wire", "sap", "procore", "store", "hub", "agent", "sandbox"],
  web: [],
  sandbox: ["ports"],
};

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const files = sourceFiles(src);
const production = files.filter((file) => !file.endsWith(".test.ts"));
const roomOf = (path: string) => relative(src, path).split(sep)[0] ?? "";
const shown = (path: string) => relative(root, path);

function importsOf(file: string): { specifier: string; isType: boolean }[] {
  const text = readFileSync(file, "utf8");
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s+)?[^;'"]*?from\s+["']([^"']+)["']|^import\s+["']([^"']+)["']|import\(\s*["']([^"']+)["']/gm,
  );
  return [...found].map((match) => ({ specifier: match[2] ?? match[3] ?? match[4] ?? "", isType: match[1] !== undefined }));
}

/** Blanks comments, so that prose about `Date.now` is no offence; keeps line numbers. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " ")).replace(/(^|\s)\/\/.*$/gm, "$1");
}

function offences(pattern: RegExp, exempt: (file: string) => boolean): string[] {
  return production.flatMap((file) => {
    if (exempt(shown(file))) return [];
    return withoutComments(readFileSync(file, "utf8"))
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${shown(file)}:${index + 1}: ${line.trim()}`] : []));
  });
}

describe("the import table", () => {
  it("lets each room import only what design section 3 allows, through its index", () => {
    const wrong: string[] = [];
    for (const file of files) {
      const room = roomOf(file);
      for (const { specifier, isType } of importsOf(file)) {
        if (!specifier.startsWith(".")) continue;
        const target = resolve(dirname(file), specifier);
        const targetRoom = roomOf(target);
        if (!target.startsWith(src + sep)) {
          if (!file.endsWith(".test.ts")) wrong.push(`${shown(file)} reaches out of src: ${specifier}`);
          continue;
        }
        if (targetRoom === room) continue;
        if (!(mayImport[room] ?? []).includes(targetRoom)) wrong.push(`${shown(file)}: ${room} may not import ${targetRoom}`);
        if (!target.endsWith(join(targetRoom, "index.ts")))
          wrong.push(`${shown(file)}: imports the inside of ${targetRoom}: ${specifier}`);
        if (room === "sandbox" && !isType) wrong.push(`${shown(file)}: the sandbox may import only types of ports`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("keeps core free of I/O and of async", () => {
    const core = production.filter((file) => roomOf(file) === "core");
    const wrong = core.flatMap((file) => {
      const node = importsOf(file).filter(({ specifier }) => specifier.startsWith("node:") && specifier !== "node:crypto");
      const isAsync = /\basync\b|\bPromise\b|\bawait\b/.test(withoutComments(readFileSync(file, "utf8")));
      return [
        ...node.map(({ specifier }) => `${shown(file)} imports ${specifier}`),
        ...(isAsync ? [`${shown(file)} is async`] : []),
      ];
    });
    expect(wrong).toEqual([]);
  });
});

describe("time, randomness and money", () => {
  const isPlatform = (file: string) => file.startsWith(join("src", "cli", "platform"));

  it("come through ports: no clock, timer or randomness elsewhere", () => {
    const pattern =
      /\bDate\.now\b|new Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b|\bset(?:Timeout|Interval|Immediate)\s*\(|\bMath\.random\b|\brandomBytes\b|\brandomUUID\b|\brandomInt\b|\bgetRandomValues\b|timers\/promises|Temporal\.Now|\bAbortSignal\.timeout\b/;
    expect(offences(pattern, isPlatform)).toEqual([]);
  });

  it("reach SQL as parameters", () => {
    const pattern =
      /(?<![.\w])now\(\)|(?<![.\w])random\(\)|gen_random_uuid|current_timestamp|clock_timestamp|statement_timestamp|current_date/i;
    expect(offences(pattern, (file) => !/store|hub/.test(file))).toEqual([]);
  });

  it("are never a float: no parseFloat, no toFixed", () => {
    expect(offences(/\bparseFloat\(|\.toFixed\(/, () => false)).toEqual([]);
  });
});

describe("files", () => {
  it("stay under the ceiling of 400 lines", () => {
    const long = production
      .filter((file) => !file.includes("generated"))
      .flatMap((file) => {
        const count = readFileSync(file, "utf8").split("\n").length - 1;
        return count > 400 ? [`${shown(file)}: ${count}`] : [];
      });
    expect(long).toEqual([]);
  });

  it("are named in kebab-case", () => {
    expect(
      files
        .map((file) => file.split(sep).at(-1) ?? "")
        .filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.tsx?$/.test(name)),
    ).toEqual([]);
  });
});
