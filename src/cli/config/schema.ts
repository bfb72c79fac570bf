/** `ml-connector.yaml` and `agent.yaml` as schemas; published as JSON schemas in `docs/`, so that editors complete and check them. */

import { z } from "zod";
import { agentSettings } from "../../agent/index.ts";
import { isLoopback } from "../../core/index.ts";
import { connectionSettings } from "../../hub/index.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "is no name: lower-case letters, digits and dashes");

/** What Procore's client would refuse at start; here with its line. */
function addressComplaint(text: string): string | undefined {
  const url = URL.parse(text);
  const isSafe = url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname)));
  if (!isSafe) return "is no https address such as https://api.procore.com";
  const isBare = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  return isBare ? undefined : "is an address with credentials, a query or a fragment; keep only scheme, host and path";
}

const connection = connectionSettings
  .extend({
    agent: z.string().min(1).default("agent.yaml").describe("Path of the agent's own configuration, relative to this file."),
  })
  .superRefine(({ procore, reconciliation, reference }, context) => {
    if (reconciliation.close === "with-sap" && (reference === "off" || reconciliation.controlTotals === "off")) {
      const message = "needs both `reference: after-costs` and `reconciliation.controlTotals: after-costs`";
      context.addIssue({ code: "custom", path: ["reconciliation", "close"], message });
    }
    for (const key of ["apiUrl", "authUrl"] as const) {
      const message = addressComplaint(procore[key]);
      if (message !== undefined) context.addIssue({ code: "custom", path: ["procore", key], message });
    }
  });

export const configurationSchema = z.strictObject({
  version: z.literal(1).describe("Version of this file's form."),
  dataFolder: z
    .string()
    .min(1)
    .default(".ml-connector")
    .describe("PostgreSQL, sealed secrets and agents' identities; relative to this file."),
  tenant: name.default("main"),
  hub: z
    .strictObject({
      host: z.string().min(1).default("127.0.0.1"),
      port: z.number().int().min(0).max(65_535).default(8787).describe("Where agents reach the hub; 0 takes any free port."),
    })
    .prefault({}),
  connections: z
    .record(name, connection)
    .refine((connections) => Object.keys(connections).length > 0, "is empty; name at least one connection")
    .describe("One SAP client and one Procore company each."),
});

export function configurationJsonSchema(): object {
  return { ...z.toJSONSchema(configurationSchema, { io: "input" }), title: "ml-connector.yaml" };
}

/** What the SAP transport would refuse at its first call; here with its line. */
function sapAddressComplaint(text: string, allowPlainHttp: boolean): string | undefined {
  const url = URL.parse(text);
  if (url === null || !["https:", "http:"].includes(url.protocol))
    return "is no https address such as https://sapecc.example.com:44300/sap/bc/soap/rfc";
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return "is an address with credentials, a query or a fragment; keep only scheme, host, port and path";
  if (url.protocol === "https:" || allowPlainHttp || isLoopback(url.hostname)) return undefined;
  return "would send the password readable; use https, or set sap.allowPlainHttp where the network is private";
}

/** agent.yaml. */
export const agentFileSchema = agentSettings.superRefine(({ sap }, context) => {
  const message = sap.url === undefined ? undefined : sapAddressComplaint(sap.url, sap.allowPlainHttp);
  if (message !== undefined) context.addIssue({ code: "custom", path: ["sap", "url"], message });
});

export function agentFileJsonSchema(): object {
  return { ...z.toJSONSchema(agentFileSchema, { io: "input" }), title: "agent.yaml" };
}
