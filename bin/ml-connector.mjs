#!/usr/bin/env node
// The `bin`: whatever Node its shebang finds, the bootstrap re-executes with the pinned one.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
process.argv.splice(2, 0, join(here, "..", "src", "cli", "main.ts"));
await import("./bootstrap.mjs");
