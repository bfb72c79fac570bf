// The product's own books, by SQL of the auditor's: every atom that the firm has is there once with its money and a fate that is the firm's; what they
// say is done, Procore has; nothing is left open.
import { sql } from "kysely";
import type { World } from "../../src/sandbox/procore/world.ts";
import type { Store } from "../../src/store/index.ts";
import { minorOf, text } from "./amounts.ts";
import { type Fate, invoiceFate, lineFate, shareFate, vendorFate } from "./fates.ts";
import type { Firm } from "./firm.ts";
import { billedOf, retainedOf } from "./invoices.ts";

type Atom = { key: string; disposition: string | null; reason: string | null; minor: bigint };
type Tenant = { store: Store; tenant: string };

const rowsOf = <T>({ store, tenant }: Tenant, query: ReturnType<typeof sql<T>>): Promise<T[]> =>
  store.transact({ tenant }, async (tx) => (await query.execute(tx)).rows);

/** What was reversed before it was posted is in as much as the two are: Procore's sums are audited apart. */
function fateOf(disposition: string | null, reason: string | null): Fate | "open" {
  if (reason === "cost-reversed-unposted") return "in";
  if (disposition === "posted" || disposition === "unchanged") return "in";
  return disposition === "held" || disposition === "excluded" ? disposition : "open";
}

function expectedAtoms(firm: Firm): Map<string, string> {
  const expected = new Map<string, string>();
  const put = (key: string, fate: Fate, minor: bigint) => expected.set(key, `${fate} ${text(minor)}`);
  for (const vendor of firm.vendors) put(`vendors ${vendor.lifnr}`, vendorFate(vendor), 0n);
  for (const order of firm.orders)
    for (const { ebelp, shares } of order.items)
      for (const share of shares)
        put(
          `purchase-orders ${order.ebeln}.${ebelp}.${shares.length > 0 ? share.zekkn : "00"}`,
          shareFate(order, share),
          share.minor,
        );
  for (const invoice of firm.invoices.all)
    for (const line of invoice.lines)
      for (const share of line.item.shares)
        put(`invoices ${invoice.belnr}.2026.${line.buzei}.${share.zekkn}`, invoiceFate(invoice), billedOf(invoice, line, share));
  for (const document of firm.documents)
    for (const line of document.lines) put(`costs ${document.belnr}.${line.buzei}`, lineFate(document, line), line.minor);
  return expected;
}

/** What was retained may have an atom of its own for its release, which the settings leave out: it carries no money, since that was counted when it was invoiced. */
function releasesOf(firm: Firm): Set<string> {
  const keys = firm.invoices.all.flatMap((invoice) =>
    invoice.lines.flatMap((line) =>
      line.item.shares.flatMap((share) =>
        retainedOf(invoice, line, share) === 0n ? [] : `invoices ${invoice.belnr}.2026.${line.buzei}.${share.zekkn}.R`,
      ),
    ),
  );
  return new Set(keys);
}

async function auditAtoms(at: Tenant, firm: Firm): Promise<string[]> {
  const atoms = await rowsOf(
    at,
    sql<Atom>`select flow || ' ' || key as key, disposition::text, reason, amount_minor as minor from atom where tenant = ${at.tenant}
      union all select 'costs ' || d.document_number || '.' || lpad(c.line::text, 3, '0'), c.disposition::text, c.reason, c.amount_minor
      from cost_line c join cost_document d using (document) where c.tenant = ${at.tenant}`,
  );
  const expected = expectedAtoms(firm);
  const releases = releasesOf(firm);
  const wrong: string[] = [];
  for (const { key, disposition, reason, minor } of atoms) {
    const should = expected.get(key);
    const is = `${fateOf(disposition, reason)} ${text(minor)}`;
    if (releases.has(key) && is === `excluded ${text(0n)}`) continue;
    if (should === undefined) wrong.push(`atom ${key} is not SAP's: ${is}`);
    else if (should !== is) wrong.push(`atom ${key} is ${is} (${disposition} ${reason}), not ${should}`);
    expected.delete(key);
  }
  for (const [key, should] of expected) wrong.push(`atom ${key} was lost: ${should}`);
  return wrong;
}

type KnownRow = { origin_id: string; aspect: string; procore_id: bigint; amount_minor: bigint | null };

function requisitionOf(world: World, id: number): { originId: string | null; amount: string } | undefined {
  const requisition = world.requisitions.get(id);
  if (requisition === undefined) return undefined;
  const work = [...world.requisitionItems.by("requisition", id)].reduce((sum, item) => sum + minorOf(item.work), 0n);
  return { originId: requisition.originId, amount: text(work) };
}

/** Where a record of that kind stands in Procore. */
function recordOf(
  world: World,
  originId: string,
  id: number,
): { originId: string | null; amount?: string; status?: string } | undefined {
  const kind = originId.split(".")[2];
  if (kind === "RQ") return requisitionOf(world, id);
  if (kind === "VN") return world.vendors.get(id);
  if (kind === "PO") return world.contracts.get(id);
  if (kind === "PL") return world.contractLines.get(id);
  return kind === "DC" ? world.directCosts.get(id) : world.directCostLines.get(id);
}

/** What is said to be done, against Procore. */
async function auditKnown(at: Tenant, world: World): Promise<string[]> {
  const known = await rowsOf(
    at,
    sql<KnownRow>`select origin_id, aspect, procore_id, amount_minor from known where tenant = ${at.tenant} and aspect <> 'link'`,
  );
  return known.flatMap(({ origin_id: originId, procore_id: id, amount_minor: minor }) => {
    const record = recordOf(world, originId, Number(id));
    if (record?.originId !== originId) return [`${originId} is said to be done, and Procore has no such record under ${id}`];
    if (minor === null || record.amount === undefined || minorOf(record.amount) === minor) return [];
    return [`${originId} is said to be done with ${text(minor)}, and Procore has ${record.amount}`];
  });
}

/** Each part is the sum of its lines, and its lines in Procore are, too: the second law by another hand. */
async function auditParts(at: Tenant, world: World): Promise<string[]> {
  const parts = await rowsOf(
    at,
    sql<{
      origin_id: string;
      minor: bigint;
      members: bigint;
      counted: number;
      part_minor: bigint;
    }>`select p.origin_id, p.members as counted,
        p.amount_minor as part_minor, coalesce(sum(l.posted_minor), 0)::bigint as minor, count(l.line) as members
      from cost_part p left join (select tenant, connection, group_id, part, line, posted_minor from cost_line
          union all select tenant, connection, group_id, part, line, amount_minor from recoded_member) l
        on l.tenant = p.tenant and l.connection = p.connection and l.group_id = p.group_id and l.part = p.part
      where p.tenant = ${at.tenant} group by p.origin_id, p.members, p.amount_minor`,
  );
  return parts.flatMap(({ origin_id: originId, minor, members, counted, part_minor: partMinor }) => {
    const cost = world.directCosts.first("origin", `77|${originId}`);
    const lines = cost === undefined ? [] : [...world.directCostLines.by("holder", cost.id)];
    const posted = lines.reduce((sum, { amount }) => sum + minorOf(amount), 0n);
    const isSame = minor === posted && minor === partMinor && Number(members) === counted;
    return isSame
      ? []
      : [
          `part ${originId}: ${members} lines of ${text(minor)}, the part says ${counted} of ${text(partMinor)}, Procore ${text(posted)}`,
        ];
  });
}

async function auditOpen(at: Tenant): Promise<string[]> {
  const open = await rowsOf(
    at,
    sql<{ what: string }>`select 'effect ' || origin_id || ' ' || aspect || ' is ' || state as what from effect
        where tenant = ${at.tenant} and state in ('approved', 'sending', 'unknown')
      union all select 'run ' || run || ' is ' || state from run where tenant = ${at.tenant} and state <> 'finished'
      union all select 'task ' || task || ' of a finished run is ' || t.state from task t where tenant = ${at.tenant}
        and t.state in ('ready', 'leased', 'failed')`,
  );
  return open.map(({ what }) => what);
}

/** What Procore refused, for whoever reads of a failure. */
export async function refusals(at: Tenant): Promise<string[]> {
  const held = await rowsOf(
    at,
    sql<{
      what: string;
    }>`select 'held: ' || origin_id || ' ' || aspect || ': ' || coalesce(hold_code, '') || ' ' || coalesce(detail, '') as what
      from effect where tenant = ${at.tenant} and state = 'held' order by effect`,
  );
  return held.map(({ what }) => what);
}

export async function auditBooks(at: Tenant, firm: Firm, world: World): Promise<string[]> {
  return [
    ...(await auditOpen(at)),
    ...(await auditAtoms(at, firm)),
    ...(await auditKnown(at, world)),
    ...(await auditParts(at, world)),
  ];
}
