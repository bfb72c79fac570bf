/**
 * Whether IDocs can come in: somebody listens at the address, or nobody does yet, which is no fault of anybody's before the agent runs; and the folder is there
 * to be emptied. Sends nothing that could pass for an IDoc.
 */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import type { AgentSettings } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import type { HttpClient } from "../../ports/index.ts";

type IDocs = NonNullable<AgentSettings["idocs"]>;
const timeoutMs = 3_000;

async function lookAtListener({ host, port, path, certFile }: NonNullable<IDocs["listen"]>, http: HttpClient): Promise<string> {
  const url = `${certFile === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}${path}`;
  const outcome = await http.request({ method: "GET", url, headers: {}, timeoutMs });
  // A certificate that we do not trust is somebody who listens all the same.
  if (outcome.kind === "response" || outcome.reason === "tls") return `listening on ${url}`;
  return `nobody listens on ${url} yet: \`ml-connector start\` opens it, and SAP keeps its IDocs until then`;
}

async function lookAtFolder({ path }: NonNullable<IDocs["folder"]>): Promise<string> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unusable";
    const detail = `idocs.folder.path ${path} cannot be read and written (${reason}); make or mount it, and let this user in`;
    throw new Fault("config.invalid", { place: "idocs.folder", detail });
  }
  return `files from ${path}`;
}

export async function lookAtIDocs({ listen, folder }: IDocs, http: HttpClient): Promise<string> {
  const found = [
    ...(listen === undefined ? [] : [await lookAtListener(listen, http)]),
    ...(folder === undefined ? [] : [await lookAtFolder(folder)]),
  ];
  return found.join("; ");
}
