/**
 * A project's billing periods (procore 4.8): no sync and no origin id; their key is project, start and end, so whoever makes one has looked before
 * (ruling 2). One at a time is open, and the first period's requisitions keep it: nothing here changes or deletes one.
 */
import { z } from "zod";
import { assert } from "../../core/index.ts";
import type { CallOptions, WriteOptions, WriteOutcome } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { id, isCalendarDate, text } from "../schema.ts";

const periodSchema = z.object({ id, start_date: text, end_date: text, due_date: text, status: text }).transform((period) => ({
  id: period.id,
  startDate: period.start_date,
  endDate: period.end_date,
  dueDate: period.due_date,
  status: period.status,
}));

export type BillingPeriod = z.infer<typeof periodSchema>;

const date = z.string().refine(isCalendarDate, "is no calendar date");
const newPeriod = z.strictObject({ start_date: date, end_date: date, due_date: date, status: z.literal("open") });
export type NewBillingPeriod = z.input<typeof newPeriod>;

export type BillingPeriods = {
  list(projectId: number, options?: CallOptions): Listing<BillingPeriod>;
  create(projectId: number, period: NewBillingPeriod, options?: WriteOptions): Promise<WriteOutcome<BillingPeriod>>;
};

const collection = "/rest/v1.0/projects/{project_id}/billing_periods";

export function createBillingPeriods(door: Door): BillingPeriods {
  return {
    list: (projectId, options) =>
      door.list({ template: collection, path: { project_id: projectId }, projectId }, periodSchema, options),
    create(projectId, period, options) {
      const parsed = newPeriod.safeParse(period);
      const issue = parsed.error?.issues[0];
      assert(parsed.success, `POST ${collection}: "${issue?.path.join(".")}": ${issue?.message}`);
      const body = { billing_period: parsed.data };
      return door.write(
        { method: "POST", template: collection, path: { project_id: projectId }, body, projectId },
        periodSchema,
        options,
      );
    },
  };
}
