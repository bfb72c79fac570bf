/**
 * A project's billing periods (procore 4.8): no sync and no origin id; their key is project, start and end. Reads only: opening a period is the
 * project manager's (ruling 2).
 */
import { z } from "zod";
import type { CallOptions } from "../call.ts";
import type { Door } from "../door.ts";
import type { Listing } from "../paging.ts";
import { id, text } from "../schema.ts";

const periodSchema = z.object({ id, start_date: text, end_date: text, due_date: text, status: text }).transform((period) => ({
  id: period.id,
  startDate: period.start_date,
  endDate: period.end_date,
  dueDate: period.due_date,
  status: period.status,
}));

export type BillingPeriod = z.infer<typeof periodSchema>;

export type BillingPeriods = { list(projectId: number, options?: CallOptions): Listing<BillingPeriod> };

export function createBillingPeriods(door: Door): BillingPeriods {
  return {
    list: (projectId, options) =>
      door.list(
        { template: "/rest/v1.0/projects/{project_id}/billing_periods", path: { project_id: projectId }, projectId },
        periodSchema,
        options,
      ),
  };
}
