// `npm test`: type check, lints, then the suites in order of cost. With arguments: only the named parts.
// The suites read SEEDS, KILLS, CASES and WORLDS from the environment. The fuzz suites play 10,000 cases of each parser and 200 worlds here; as
// the only part named (`npm run test:fuzz`) 100,000 and 2,000; CASES and WORLDS, where they are set, decide. The real-data suite runs where ../shared/data is, and says so where it is not.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const node = [process.execPath, "--disable-warning=ExperimentalWarning"];
const vitest = (project: string) => [
  ...node,
  join(modules, "vitest/vitest.mjs"),
  "run",
  "--project",
  project,
  "--passWithNoTests",
];

const simulation = [...node, join(root, "test/simulation/main.ts")];

type Part = { name: string; commands: readonly (readonly string[])[] };
const parts: readonly Part[] = [
  {
    name: "check",
    commands: [
      [...node, join(modules, "typescript/bin/tsc"), "--noEmit"],
      [...node, join(modules, "@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."],
      [
        ...node,
        join(modules, "oxlint/bin/oxlint"),
        "--type-aware",
        "--config",
        "oxlint.json",
        "--deny-warnings",
        "src",
        "test",
        "bench",
      ],
      [...node, join(modules, "knip/bin/knip.js"), "--no-progress", "--include", "files,dependencies,unlisted,unresolved"],
    ],
  },
  { name: "unit", commands: [vitest("unit")] },
  { name: "contract", commands: [vitest("contract")] },
  { name: "fuzz", commands: [vitest("fuzz")] },
  { name: "e2e", commands: [vitest("e2e")] },
  { name: "real", commands: [vitest("real")] },
  // Simulated schedules, and beside them real kills of real processes; SEED plays one schedule again, and nothing else.
  { name: "exactly-once", commands: [simulation] },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  process.stderr.write(`No test part is named ${unknown.join(", ")}. There are: ${parts.map((part) => part.name).join(", ")}.\n`);
  process.exit(64);
}
if (!existsSync(join(root, "../shared/data"))) {
  process.stdout.write(
    "Note: ../shared/data is not here; the tests on real extracts and on Procore's OpenAPI subset skip themselves.\n",
  );
}

const isFuzzAlone = wanted.length === 1 && wanted[0] === "fuzz";
const fuzzed = isFuzzAlone ? { CASES: "100000", WORLDS: "2000" } : { CASES: "10000", WORLDS: "200" };

for (const part of parts) {
  if (wanted.length > 0 && !wanted.includes(part.name)) continue;
  for (const [command = "", ...args] of part.commands) {
    const startedAt = process.hrtime.bigint();
    const { status } = spawnSync(command, args, {
      cwd: root,
      stdio: "inherit",
      // Other suites have defaults of their own for CASES.
      env: part.name === "fuzz" ? { ...fuzzed, ...process.env } : process.env,
    });
    const seconds = Number((process.hrtime.bigint() - startedAt) / 1_000_000_000n);
    process.stdout.write(`-- ${part.name}: ${status === 0 ? "passed" : "FAILED"} in ${seconds} s\n`);
    if (status !== 0) process.exit(status ?? 1);
  }
}
