/**
 * Notices of IDocs: what the agent's receiver tells the hub before it answers SAP (design section 5). The hub commits them and answers; only then does
 * the sender get its 200. A notice says which objects were touched, never what they are now: they are read again.
 */
import { z } from "zod";

const text = z.string().max(70);

export const idocFlows = ["vendors", "purchase-orders", "costs", "reference"] as const;

const notice = z.strictObject({
  sender: text,
  client: z.string().max(3),
  number: z.string().max(16),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  message: text,
  type: text,
  serial: z.string().max(20),
  touched: z.array(z.strictObject({ flow: z.enum(idocFlows), key: z.string().min(1).max(60) })).max(10_000),
  /** Why nothing follows from it. */
  parked: z.string().max(300).optional(),
});

/** As many as SAP packs into one POST is the port's setting; what is larger comes in parts. */
export const idocsMax = 5_000;
export const idocUpload = z.strictObject({ idocs: z.array(notice).min(1).max(idocsMax) });
export type IDocUpload = z.infer<typeof idocUpload>;

export const idocAnswer = z.strictObject({
  received: z.number().int(),
  /** The same IDoc again: acknowledged, and nothing follows. */
  duplicates: z.number().int(),
  /** The number of another IDoc, with other content: kept apart for a person. */
  quarantined: z.number().int(),
  parked: z.number().int(),
});
export type IDocAnswer = z.infer<typeof idocAnswer>;
