/** The agent's receiver of IDocs, where agent.yaml has one: an address, a folder, or both. */
import { mkdir, readFile } from "node:fs/promises";
import { type AgentIdentity, createHubClient, listenForIDocs, watchFolder } from "../../agent/index.ts";
import { Fault } from "../../core/index.ts";
import type { EmbeddedAgentOptions } from "./embedded-agent.ts";
import { requireSecret, sapPasswordName } from "./places.ts";

type Options = Pick<EmbeddedAgentOptions, "connection" | "settings" | "hub" | "http" | "clock" | "secrets" | "log">;
type Listen = NonNullable<NonNullable<EmbeddedAgentOptions["settings"]["idocs"]>["listen"]>;

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new Fault("config.invalid", { place: file, detail: `cannot be read (${(error as NodeJS.ErrnoException).code})` });
  }
}

async function listen({ connection, secrets, log }: Options, given: Listen, hub: ReturnType<typeof createHubClient>) {
  const { host, port, path, user, passwordSecret, certFile, keyFile, bodyBytesMax } = given;
  const secret = sapPasswordName(connection, passwordSecret);
  await requireSecret(secrets, secret, `idocs.listen of connections.${connection}`);
  const tls = certFile && keyFile ? { cert: await readPem(certFile), key: await readPem(keyFile) } : undefined;
  try {
    const readPassword = () => secrets.read(secret);
    const listener = await listenForIDocs({ host, port, path, user, readPassword, bodyBytesMax, tls, hub, log });
    log(`idocs: received at ${listener.url}`);
    return listener;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new Fault("config.invalid", { place: "idocs.listen", detail: (error as Error).message, cause: error });
  }
}

export async function startReceiver(options: Options, identity: AgentIdentity): Promise<{ stop(): Promise<void> } | undefined> {
  const { idocs } = options.settings;
  if (idocs === undefined) return undefined;
  const { clock, http, log, hub: at } = options;
  const hub = createHubClient({ hubUrl: at.url, identity, http, clock });
  const listener = idocs.listen ? await listen(options, idocs.listen, hub) : undefined;
  if (idocs.folder) await mkdir(idocs.folder.path, { recursive: true });
  const folder = idocs.folder
    ? watchFolder({
        folder: idocs.folder.path,
        lookEveryMs: idocs.folder.everySeconds * 1_000,
        fileBytesMax: idocs.folder.fileBytesMax,
        hub,
        clock,
        log,
      })
    : undefined;
  return {
    async stop() {
      await listener?.close();
      await folder?.stop();
    },
  };
}
