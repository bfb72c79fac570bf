/** Runs a short program to its end, as the server's user where one is given, and tells how it went. Never throws for a bad exit. */
import { spawn } from "node:child_process";
import type { ServerUser } from "./server-user.ts";

export type RunResult = { status: number | undefined; output: string };

/** What a PostgreSQL program needs to know and nothing of ours: no secret of the parent's environment reaches its memory or its log. */
export const programEnvironment = (): NodeJS.ProcessEnv => ({ LC_ALL: "C", TZ: "UTC", PATH: process.env.PATH ?? "" });

export function runProgram(command: string, args: readonly string[], options: { user: ServerUser | undefined; cwd: string }) {
  return new Promise<RunResult>((resolve) => {
    const chunks: Buffer[] = [];
    const text = () => Buffer.concat(chunks).toString("utf8").trim();
    const identity = options.user === undefined ? {} : { uid: options.user.uid, gid: options.user.gid };
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: programEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      ...identity,
    });
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A missing file, a library that does not load, or a user id the container does not map.
    child.on("error", (error) => resolve({ status: undefined, output: error.message }));
    child.on("close", (status) => resolve({ status: status ?? undefined, output: text() }));
  });
}
