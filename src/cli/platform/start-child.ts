/**
 * Starts a child with its three pipes. It gets this process's environment but for what is secret there: the product's own variables,
 * which hold its key and secrets, and the store's address. A child that loses its parent sees the end of its input.
 */
import { spawn } from "node:child_process";
import type { StartChild } from "../../ports/index.ts";

const secretVariable = /^(?:ML_CONNECTOR_|DATABASE_URL$|PGPASSWORD$)/i;

function environmentFor(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !secretVariable.test(name));
  return { ...Object.fromEntries(kept), ...added };
}

export const startChild: StartChild = ({ file, args, environment }, events) => {
  const child = spawn(file, [...args], { stdio: ["pipe", "pipe", "pipe"], env: environmentFor(environment), windowsHide: true });
  let isEnded = false;
  const end = (how: string) => {
    if (isEnded) return;
    isEnded = true;
    events.ended(how);
  };
  child.stdout.on("data", (chunk: Buffer) => events.output(chunk));
  child.stderr.on("data", (chunk: Buffer) => events.complaint(chunk));
  // A broken pipe is how writing to a child that is gone looks; its end says it.
  child.stdin.on("error", () => undefined);
  child.once("error", (error: NodeJS.ErrnoException) => end(`could not be started (${error.code ?? error.message})`));
  child.once("close", (code, signal) => end(signal === null ? `ended with exit code ${code ?? 0}` : `was ended by ${signal}`));
  return {
    write(text) {
      if (child.stdin.writable) child.stdin.write(text);
    },
    endInput: () => child.stdin.end(),
    kill: () => void child.kill("SIGKILL"),
  };
};
