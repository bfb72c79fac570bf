// What Procore holds, by its public API and a client of the test's own, as a multiset: without ids and timestamps, since two histories may
// number alike things differently. Two states are equal when nothing is missing, nothing is too much and nothing differs.
import { request } from "undici";

export type Access = { url: string; companyId: number; clientId: string; clientSecret: string };
export type EndState = {
  /** One text a record, `kind origin-id content`, sorted. */
  records: readonly string[];
  /** Origin ids of lines that were written again after their creation, in another second of Procore's clock. A first sync writes each once. */
  rewritten: readonly string[];
};

type Row = Record<string, unknown>;

const perPage = 100;

async function openReader({ url, companyId, clientId, clientSecret }: Access) {
  const login = await request(`${url}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }),
  });
  const { access_token: token } = (await login.body.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}`, "procore-company-id": String(companyId) };
  const exchange = async (address: string) => {
    const answer = await request(address, { headers });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${address}: ${answer.statusCode} ${text.slice(0, 300)}`);
    return { value: JSON.parse(text) as unknown, headers: answer.headers };
  };
  return {
    get: async (path: string) => (await exchange(`${url}${path}`)).value as Row,
    list: async (path: string) => {
      const rows: Row[] = [];
      const first = `${url}${path}${path.includes("?") ? "&" : "?"}per_page=${perPage}`;
      for (let next: string | undefined = first; next !== undefined; ) {
        const answer: Awaited<ReturnType<typeof exchange>> = await exchange(next);
        rows.push(...(answer.value as Row[]));
        next = /<([^>]+)>;\s*rel="?next"?/.exec(String(answer.headers.link ?? ""))?.[1];
        if (next === undefined && rows.length !== Number(answer.headers.total))
          throw new Error(`${path}: ${rows.length} records listed, Procore says ${String(answer.headers.total)}`);
      }
      return rows;
    },
  };
}

const isId = (name: string) => name === "id" || (name.endsWith("_id") && name !== "origin_id") || name.endsWith("_ids");
const isTime = (name: string) => name.endsWith("_at");

/** Keys in order, ids and times left out, however deep. */
function content(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .map(content)
      .map((each) => JSON.stringify(each))
      .sort();
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !isId(name) && !isTime(name));
  return Object.fromEntries(kept.sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, each]) => [name, content(each)]));
}

const originOf = (row: Row): string => (typeof row.origin_id === "string" ? row.origin_id : "none");
const show = (kind: string, row: Row, extra: Row = {}) =>
  `${kind} ${originOf(row)} ${JSON.stringify(content({ ...row, ...extra }))}`;

/** What is gathered while reading. */
type Gathered = { records: string[]; rewritten: string[] };

function addLine(gathered: Gathered, kind: string, line: Row, of: string): void {
  gathered.records.push(show(kind, line, { of }));
  if (line.created_at !== line.updated_at)
    gathered.rewritten.push(`${originOf(line)} ${String(line.created_at)} ${String(line.updated_at)}`);
}

type Reader = Awaited<ReturnType<typeof openReader>>;

async function readContracts(reader: Reader, project: unknown, gathered: Gathered): Promise<void> {
  const path = "/rest/v1.0/purchase_order_contracts";
  for (const { id } of await reader.list(`${path}?project_id=${project}`)) {
    // A list answers no lines (procore 4.4).
    const { line_items: lines, ...header } = await reader.get(`${path}/${id}?project_id=${project}`);
    gathered.records.push(show("contract", header));
    for (const line of lines as Row[]) addLine(gathered, "contract-line", line, originOf(header));
  }
}

async function readDirectCosts(reader: Reader, project: unknown, gathered: Gathered): Promise<void> {
  const path = `/rest/v1.0/projects/${project}/direct_costs`;
  const costs = await reader.list(path);
  const byId = new Map(costs.map((cost) => [cost.id, originOf(cost)]));
  for (const cost of costs) gathered.records.push(show("direct-cost", cost));
  for (const line of await reader.list(`${path}/line_items`))
    addLine(gathered, "direct-cost-line", line, byId.get((line.holder as Row).id) ?? "nothing");
}

/** With their items and their places in the chain. */
async function readRequisitions(reader: Reader, project: unknown, gathered: Gathered): Promise<void> {
  for (const requisition of await reader.list(`/rest/v1.1/requisitions?project_id=${project}&view=items`)) {
    gathered.records.push(show("requisition", requisition));
    if (requisition.created_at !== requisition.updated_at) gathered.rewritten.push(originOf(requisition));
  }
}

export async function readEndState(access: Access): Promise<EndState> {
  const reader = await openReader(access);
  const gathered: Gathered = { records: [], rewritten: [] };
  const { records } = gathered;
  for (const vendor of await reader.list(`/rest/v1.0/vendors?company_id=${access.companyId}`))
    records.push(show("vendor", vendor));
  for (const { id } of await reader.list(`/rest/v1.1/projects?company_id=${access.companyId}`)) {
    for (const vendor of await reader.list(`/rest/v1.0/projects/${id}/vendors`))
      records.push(show("project-vendor", vendor, { of: id }));
    await readContracts(reader, id, gathered);
    await readRequisitions(reader, id, gathered);
    await readDirectCosts(reader, id, gathered);
  }
  return { records: records.sort(), rewritten: gathered.rewritten.sort() };
}

function count(records: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) counts.set(record, (counts.get(record) ?? 0) + 1);
  return counts;
}

/** As a reader of a failure wants it: `missing …` and `too much …`; a record that differs is both. */
export function differencesOf(expected: EndState, found: EndState): string[] {
  const [wanted, had] = [count(expected.records), count(found.records)];
  const differences: string[] = [];
  for (const [record, times] of wanted) if ((had.get(record) ?? 0) < times) differences.push(`missing ${record}`);
  for (const [record, times] of had) if ((wanted.get(record) ?? 0) < times) differences.push(`too much ${record}`);
  return differences.sort();
}

/** Origin ids that stand twice in their kind: no history may make them, the uninterrupted one included. */
export function repeatsOf(state: EndState): string[] {
  const keys = state.records.map((record) => record.split(" ", 2).join(" ")).filter((key) => !key.endsWith(" none"));
  // A vendor is linked to many projects.
  const own = keys.filter((key) => !key.startsWith("project-vendor "));
  return [...new Set(own.filter((key, index) => own.indexOf(key) !== index))];
}
