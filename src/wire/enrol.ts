/** Enrolment: a one-time code made at the hub buys an agent its identity. The key pair is the agent's own; the hub sees the public half. */
import { z } from "zod";

export const enrolRequest = z.strictObject({
  code: z.string().min(8).max(64),
  name: z.string().min(1).max(100),
  /** Ed25519, SPKI, base64. */
  publicKey: z.string().min(40).max(200),
});
export type EnrolRequest = z.infer<typeof enrolRequest>;

export const enrolAnswer = z.strictObject({ agent: z.string(), connection: z.string() });
export type EnrolAnswer = z.infer<typeof enrolAnswer>;
