// The transports of RFC for the contract suite: each opens a client on the simulated ECC. What is true of RFC must be true over all of them; one more
// transport is one more entry here.
import { delimiter, join } from "node:path";
import { startChild, systemClock } from "../../src/cli/platform/index.ts";
import type { ChildProgram, HttpClient } from "../../src/ports/index.ts";
import { nodeRfcProgram, openNativeRfc, openSoapRfc, type SoapRfcClient } from "../../src/sap/index.ts";
import { buildStandIn, hasJdk } from "./jco-stand-in.ts";

export type OpenOptions = {
  client?: string;
  user?: string;
  readPassword?: () => Promise<string | undefined>;
  pool?: number;
  controlCharacters?: "refuse" | "replace";
  /** `http://127.0.0.1:PORT` of another system than the one under test. */
  url?: string;
};

export type RfcTransport = {
  name: "soap" | "node-rfc" | "jco";
  isThere: boolean;
  open(url: string, options: OpenOptions & { readPassword: () => Promise<string | undefined> }): SoapRfcClient;
};

const rootOf = (url: string) => new URL(url).host;
/** From classes, since so many starts from source would cost minutes; the product's own way is tried in jco-bridge.test.ts. */
function bridgeProgram(): ChildProgram {
  const { jar, classes } = buildStandIn();
  return { file: "java", args: ["-XX:TieredStopAtLevel=1", "-cp", [jar, classes].join(delimiter), "JcoBridge"] };
}

const entry = join(import.meta.dirname, "../../src/cli/rfc-child/main.ts");

export function rfcTransports(http: () => HttpClient): RfcTransport[] {
  return [
    {
      name: "soap",
      isThere: true,
      open: (url, { client = "100", user = "MLC", readPassword, pool = 4, controlCharacters = "refuse" }) =>
        openSoapRfc({
          controlCharacters,
          url: `${url}/sap/bc/soap/rfc`,
          client,
          language: "EN",
          user,
          readPassword,
          http: http(),
          clock: systemClock,
          pool,
        }),
    },
    {
      name: "node-rfc",
      isThere: true,
      open: (url, { client = "100", user = "MLC", readPassword, pool = 4, controlCharacters = "refuse" }) =>
        openNativeRfc({
          controlCharacters,
          start: startChild,
          program: nodeRfcProgram({
            node: process.execPath,
            entry,
            module: join(import.meta.dirname, "node-rfc/index.ts"),
            sessions: pool,
          }),
          clock: systemClock,
          connection: { ashost: rootOf(url), sysnr: "00", client, user, lang: "EN" },
          readPassword,
          sessions: pool,
        }),
    },
    {
      name: "jco",
      isThere: hasJdk(),
      open: (url, { client = "100", user = "MLC", readPassword, pool = 4, controlCharacters = "refuse" }) =>
        openNativeRfc({
          controlCharacters,
          start: startChild,
          program: bridgeProgram(),
          clock: systemClock,
          connection: { ashost: rootOf(url), sysnr: "00", client, user, lang: "EN" },
          readPassword,
          sessions: pool,
        }),
    },
  ];
}

/** One client for all the tests of a transport that need no other, and further ones that end with the test. */
export function openClients(transport: RfcTransport, given: { url(): string; password: string }) {
  let shared: SoapRfcClient | undefined;
  const own: SoapRfcClient[] = [];
  const opened = (options: OpenOptions) =>
    transport.open(options.url ?? given.url(), { readPassword: async () => given.password, ...options });
  return {
    open(options?: OpenOptions): SoapRfcClient {
      if (options !== undefined) {
        const client = opened(options);
        own.push(client);
        return client;
      }
      shared ??= opened({});
      return shared;
    },
    async closeOwn(): Promise<void> {
      for (const client of own.splice(0)) await client.close();
    },
    async closeAll(): Promise<void> {
      await this.closeOwn();
      await shared?.close();
    },
  };
}
