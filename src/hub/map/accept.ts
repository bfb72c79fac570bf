/** What a person took of the proposals, in the audit trail: who, when, which rules, and both versions. The rules themselves stand in a file of the person's. */
import { type Mapping, type MappingRule, mappingCells } from "../../core/index.ts";
import { appendAudit, type Store } from "../../store/index.ts";

export type AcceptedNote = {
  tenant: string;
  connection: string;
  before: Mapping;
  after: Mapping;
  accepted: readonly MappingRule[];
  actor: string;
  note: string;
  atMs: number;
};

const rulesKeptMax = 500;

/** `write` puts the file there within the transaction: no note without the file, and no file where the note cannot be kept. */
export async function noteAccepted(store: Store, given: AcceptedNote, write: () => Promise<void>): Promise<void> {
  const { tenant, connection, before, after, accepted, actor, note, atMs } = given;
  const rules = accepted.slice(0, rulesKeptMax).map((rule) => Object.values(mappingCells(rule)).join(","));
  const detail = { before: before.version, after: after.version, note, rules: accepted.length, shown: rules };
  await store.transact({ tenant }, async (tx) => {
    await appendAudit(tx, { tenant, atMs, actor, action: "mapping.accepted", subject: connection, detail });
    await write();
  });
}
