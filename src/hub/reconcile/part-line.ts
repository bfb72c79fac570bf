/** Of the line in Procore that a cost line is summed up in, once it is a member of a part. */
import { costLineOriginId, type SapClient } from "../../core/index.ts";

type Member = { group_id: string | null; part: number | null; budget_code: string | null };

export function partLineOf({ group_id: groupId, part, budget_code: budgetCode }: Member, client: SapClient): string | undefined {
  if (groupId === null || part === null || budgetCode === null) return undefined;
  const id = costLineOriginId(client, { groupId, part, budgetCode });
  if (!id.ok) throw new Error(`Assertion failed: part ${groupId}.${part} has no origin id`);
  return id.value;
}
