/** When a person is asked before something is sent (design section 8.1), as a setting of each flow. */
import { z } from "zod";

export const approvalPolicy = z
  .union([z.enum(["auto", "first-run", "always"]), z.strictObject({ above: z.number().int().min(0).max(1_000_000_000_000) })])
  .default("auto")
  .describe(
    "Whether what is planned waits for a person: `auto` never, `always`, `first-run` until a project's first plan was approved whole, `above` where a contract, requisition or direct cost changes by more than so many units of the project's currency (ruling 35).",
  );

export type ApprovalPolicy = z.infer<typeof approvalPolicy>;
