/**
 * The process in which a module with node-rfc's Client interface runs (docs/native-rfc.md): `main.ts MODULE`, told by lines on standard input. Standard
 * output belongs to the protocol: what the module prints goes to standard error.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { systemClock } from "../platform/clock.ts";
import { type ClientModule, moduleOf } from "./client-module.ts";
import { serve } from "./serve.ts";

const print = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

const [moduleName = ""] = process.argv.slice(2);

/** A package is looked for where the agent was started, then where the product stands. */
function load(): { kind: "loaded"; module: ClientModule } | { kind: "missing"; detail: string } {
  const problems: string[] = [];
  for (const from of [join(process.cwd(), "from-here.js"), import.meta.url]) {
    try {
      const module = moduleOf(createRequire(from)(moduleName));
      return module === undefined ? { kind: "missing", detail: `${moduleName} has no class Client` } : { kind: "loaded", module };
    } catch (error) {
      const { code = "", message } = error as NodeJS.ErrnoException;
      problems.push(`${code} ${message.split("\n")[0] ?? ""}`.trim());
      if (code !== "MODULE_NOT_FOUND") break;
    }
  }
  return { kind: "missing", detail: problems.at(-1) ?? "" };
}

const write = (line: string) =>
  new Promise<void>((resolve) => {
    if (print(line)) resolve();
    else process.stdout.once("drain", resolve);
  });
process.stdout.on("error", () => process.exit(1));

const exitCode = await serve({
  lines: createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
  write,
  clock: systemClock,
  load,
});
print("", () => process.exit(exitCode));
