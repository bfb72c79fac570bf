/** ml-connector.yaml as a schema. Published as docs/ml-connector.schema.json, so that editors complete and check it. */
import { z } from "zod";
import { agentSettings } from "../../agent/index.ts";
import { connectionSettings } from "../../hub/index.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "is no name: lower-case letters, digits and dashes");

export const configurationSchema = z.strictObject({
  version: z.literal(1),
  /** PostgreSQL, sealed secrets and agents' identities; relative to this file. */
  dataFolder: z.string().min(1).default(".ml-connector"),
  tenant: name.default("main"),
  hub: z
    .strictObject({ host: z.string().min(1).default("127.0.0.1"), port: z.number().int().min(0).max(65_535).default(8787) })
    .prefault({}),
  connections: z.record(name, connectionSettings.extend({ agent: z.string().min(1).default("agent.yaml") })),
});

export function configurationJsonSchema(): object {
  return { ...z.toJSONSchema(configurationSchema, { io: "input" }), title: "ml-connector.yaml" };
}

/** agent.yaml. */
export const agentFileSchema = agentSettings;
