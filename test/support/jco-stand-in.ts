// The stand-in for SAP's Java Connector (jco/src) as a jar, and the bridge's classes, where a JDK is installed. Compiled once for the sources that they
// are made of, in a temporary folder that test files and runs share.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const sources = join(import.meta.dirname, "jco", "src");

export const bridgeFile = join(import.meta.dirname, "../../src/sap/native/JcoBridge.java");

/** A JRE alone will not do: the bridge is started from source. */
export function hasJdk(): boolean {
  try {
    execFileSync("javac", ["-version"], { stdio: "ignore" });
    execFileSync("java", ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** `classes` are the bridge's own: a process starts from them several times as fast as from source. */
export type StandIn = { jar: string; classes: string };

export function buildStandIn(): StandIn {
  const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".java"));
  const paths = [...files.toSorted().map((file) => join(sources, file)), bridgeFile];
  const hash = createHash("sha256");
  for (const path of paths) hash.update(`${path}\n`).update(readFileSync(path));
  const folder = join(tmpdir(), `jco-stand-in-${hash.digest("hex").slice(0, 16)}`);
  if (!existsSync(folder)) compileInto(folder, paths.slice(0, -1));
  return placesIn(folder);
}

const placesIn = (folder: string): StandIn => ({ jar: join(folder, "sapjco3.jar"), classes: join(folder, "bridge") });

/** Language level 11, without a warning: what compiles here compiles with the oldest Java that customers run. */
function compileInto(folder: string, paths: readonly string[]): void {
  const draft = mkdtempSync(join(tmpdir(), "jco-stand-in-draft-"));
  const { jar, classes } = placesIn(draft);
  const javac = (...given: string[]) => execFileSync("javac", ["--release", "11", "-Xlint:all", "-Werror", ...given]);
  javac("-d", join(draft, "stand-in"), ...paths);
  execFileSync("jar", ["cf", jar, "-C", join(draft, "stand-in"), "."]);
  javac("-cp", jar, "-d", classes, bridgeFile);
  try {
    renameSync(draft, folder);
  } catch {
    // Another test file was faster.
    rmSync(draft, { recursive: true, force: true });
  }
}
