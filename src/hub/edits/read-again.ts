/**
 * Reads one record of Procore again, with its lines where it has any. "Gone" is said only where Procore can be believed (ruling 32): otherwise the
 * hint waits, or the nightly listing finds it.
 */
import { describeFault, type Procore, type Sightings } from "../../procore/index.ts";
import { type FoundRecord, type Held, unlinkedLine } from "./find-edits.ts";
import type { RecordKind } from "./keep-edits.ts";

export type Asked = { kind: RecordKind; recordOriginId: string; projectId: number; procoreId: number };
export type Reading = FoundRecord | { kind: "not-credible"; reason: string };

const notCredible = (reason: string): Reading => ({ kind: "not-credible", reason });
const there = (entity: Held, lines?: ReadonlyMap<string, Held>): Reading => ({ kind: "there", entity, lines });

function absence<T>(sightings: Sightings<string, T & Held>, originId: string): Reading | { kind: "found"; entity: T & Held } {
  const sighting = sightings.get(originId);
  if (sighting?.kind === "found") return sighting;
  if (sighting?.kind === "absent") return { kind: "gone", how: "not listed any more" };
  return notCredible(sighting?.reason ?? "not looked up");
}

type Line = Held & { id: number; originId: string | null };
/** Lines of an adopted contract bear no origin id until they are first written: they are found by their own. */
const byOriginId = (lines: readonly Line[]): Map<string, Held> =>
  new Map(lines.map((line) => [line.originId ? line.originId : unlinkedLine(line.id), line] as const));

async function readVendor({ vendors, readBack }: Procore, { recordOriginId, procoreId }: Asked): Promise<Reading> {
  const listed = await vendors.listByIds([procoreId]).all();
  const [active] = listed.ok ? listed.value : [];
  if (active) return there(active);
  const found = absence(await readBack.vendors({ originIds: [recordOriginId] }), recordOriginId);
  return found.kind === "found" ? there(found.entity) : found;
}

async function readContract(procore: Procore, { recordOriginId, projectId, procoreId }: Asked): Promise<Reading> {
  const { purchaseOrderContracts, purchaseOrderLines, readBack } = procore;
  const got = await purchaseOrderContracts.get({ projectId, id: procoreId });
  if (!got.ok) {
    if (got.error.code !== "procore.not-found") return notCredible(describeFault(got.error));
    const found = absence(await readBack.contracts({ projectId, originIds: [recordOriginId] }), recordOriginId);
    if (found.kind !== "found") return found;
    const { deletedAt } = found.entity;
    return deletedAt === null ? notCredible("listed but not shown") : { kind: "gone", how: "in the recycle bin" };
  }
  if (got.value.deletedAt !== null) return { kind: "gone", how: "in the recycle bin" };
  const lines = await purchaseOrderLines.list({ projectId, contractId: procoreId }).read();
  if (!lines.ok) return notCredible(describeFault(lines.error));
  return lines.value.isComplete
    ? there(got.value, byOriginId(lines.value.items))
    : notCredible("the listing of its lines is incomplete");
}

async function readDirectCost(procore: Procore, { recordOriginId, projectId, procoreId }: Asked): Promise<Reading> {
  const found = absence(await procore.readBack.directCosts({ projectId, originIds: [recordOriginId] }), recordOriginId);
  if (found.kind !== "found") return found;
  if (found.entity.deletedAt !== null) return { kind: "gone", how: "in the recycle bin" };
  const lines = await procore.directCostLines.list({ projectId, directCostId: procoreId }).read();
  if (!lines.ok) return notCredible(describeFault(lines.error));
  return lines.value.isComplete
    ? there(found.entity, byOriginId(lines.value.items))
    : notCredible("the listing of its lines is incomplete");
}

async function readRequisition({ requisitions, projects }: Procore, { projectId, procoreId }: Asked): Promise<Reading> {
  const got = await requisitions.get({ projectId, id: procoreId });
  if (got.ok) return there(got.value);
  if (got.error.code !== "procore.not-found") return notCredible(describeFault(got.error));
  const visible = await projects.list().read();
  if (!visible.ok) return notCredible(describeFault(visible.error));
  if (!visible.value.items.some(({ id }) => id === projectId)) return notCredible(`project ${projectId} is not visible`);
  const listed = await requisitions.list({ projectId }).read();
  if (!listed.ok) return notCredible(describeFault(listed.error));
  const isListed = listed.value.items.some(({ id }) => id === procoreId);
  return listed.value.isComplete && !isListed
    ? { kind: "gone", how: "not listed any more" }
    : notCredible("listed but not shown");
}

const readers: Readonly<Record<RecordKind, (procore: Procore, asked: Asked) => Promise<Reading>>> = {
  vendors: readVendor,
  contracts: readContract,
  "direct-costs": readDirectCost,
  requisitions: readRequisition,
};

export const readAgain = (procore: Procore, asked: Asked): Promise<Reading> => readers[asked.kind](procore, asked);
