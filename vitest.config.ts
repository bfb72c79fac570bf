import { defineConfig } from "vitest/config";

// Unit tests share one process per worker (they are pure). Contracts: two files at a time, each with servers of its own, in two processes that read the
// sources once (a process a file read them all again); so a test leaves nothing behind in its process: no variable, no listener, no timer.
// The other suites that start servers run one file at a time.
export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["src/**/*.test.ts", "test/rules/**/*.test.ts", "test/simulation/**/*.test.ts"], isolate: false, testTimeout: 30_000 } },
      { test: { name: "contract", include: ["test/contract/**/*.test.ts"], globalSetup: "test/contract/postgres-template.ts", isolate: false, maxWorkers: 2, testTimeout: 120_000, hookTimeout: 120_000 } },
      { test: { name: "fuzz", include: ["test/fuzz/**/*.test.ts"], fileParallelism: false, testTimeout: 3_600_000 } },
      { test: { name: "e2e", include: ["test/e2e/**/*.test.ts"], fileParallelism: false, testTimeout: 300_000 } },
      { test: { name: "real", include: ["test/real/**/*.test.ts"], fileParallelism: false, testTimeout: 600_000 } },
      { test: { name: "chaos", include: ["test/chaos/**/*.test.ts"], fileParallelism: false, testTimeout: 900_000 } },
    ],
  },
});
