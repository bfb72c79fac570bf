/**
 * The drivers as programs. SAP's Java Connector runs behind one file that Java runs from source; a module with node-rfc's Client interface runs in a child of
 * the product's own, which whoever wires the agent knows.
 */
import { dirname, join } from "node:path";
import type { ChildProgram } from "../../ports/index.ts";

export function jcoProgram({ java, jar }: { java: string; jar: string }): ChildProgram {
  const libraries = `-Djava.library.path=${dirname(jar)}`;
  const bridge = join(import.meta.dirname, "JcoBridge.java");
  return { file: java, args: ["-XX:+ExitOnOutOfMemoryError", libraries, "-cp", jar, bridge] };
}

/** node-rfc runs each call on a thread of libuv's, four of them unless told otherwise before the start (sap-rfc 2.1.2). */
export function nodeRfcProgram(options: { node: string; entry: string; module: string; sessions: number }): ChildProgram {
  const { node, entry, module, sessions } = options;
  const args = ["--disable-warning=ExperimentalWarning", entry, module];
  return { file: node, args, environment: { UV_THREADPOOL_SIZE: String(sessions + 2) } };
}
