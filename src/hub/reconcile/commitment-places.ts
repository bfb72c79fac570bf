/** Where in Procore each assignment of a purchase order item is, as the purchase-orders flow left it; and what it came to. */
import { sql, type Transaction } from "kysely";
import type { Place, Target } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";

type Tx = Transaction<Database>;
export type CommitmentScope = { tenant: string; connection: string };

export type OrderAtom = {
  /** `EBELN.EBELP.ZEKKN`. */
  key: string;
  order: string;
  company_code: string;
  currency: string;
  amount_minor: bigint;
  disposition: string;
  reason: string | null;
  target: Target | null;
  project: string | null;
  contract: string | null;
  is_gone: boolean;
  /** What was last confirmed of its contract line and that line's change orders; null where nothing was. */
  confirmed_minor: string | null;
  confirmed_currency: string | null;
};

export async function readOrderAtoms(tx: Tx, { tenant, connection }: CommitmentScope): Promise<OrderAtom[]> {
  const { rows } = await sql<OrderAtom>`
    with confirmed as (
      select split_part(k.origin_id, '.', 4) || '.' || split_part(k.origin_id, '.', 5) || '.' || split_part(k.origin_id, '.', 6) as key,
        sum(k.amount_minor)::text as amount_minor, min(k.currency) as currency from known k
      where k.tenant = ${tenant} and k.connection = ${connection} and k.aspect = 'content' and split_part(k.origin_id, '.', 3) in ('PL', 'CL')
      group by 1)
    select a.key, a.record_key as "order", coalesce(r.content ->> 'companyCode', '') as company_code, a.currency, a.amount_minor,
      a.disposition::text as disposition, a.reason, a.target, a.project, a.record_origin_id as contract, a.gone_run is not null as is_gone,
      c.amount_minor as confirmed_minor, c.currency as confirmed_currency
    from atom a left join source_record r on r.tenant = a.tenant and r.connection = a.connection and r.flow = a.flow and r.key = a.record_key
      left join confirmed c on c.key = a.key
    where a.tenant = ${tenant} and a.connection = ${connection} and a.flow = 'purchase-orders' order by a.key`.execute(tx);
  return rows;
}

export function placeOfAtom({ order, target, project }: Pick<OrderAtom, "order" | "target" | "project">): Place {
  const costCode = target ? `${target.costCode}.${target.costType}` : "";
  return { project: target?.project.number ?? project ?? "", costCode, purchaseOrder: order };
}

export type Places = {
  /** Of an item's assignment; `00` is that of all, where they agree. */
  of(order: string, item: string, assignment: string): Place;
  companyCodeOf(order: string): string | undefined;
  idOf(project: string): number | undefined;
  nameOf(projectId: number): string;
};

const samePlace = (left: Place, right: Place) => left.project === right.project && left.costCode === right.costCode;

export function createPlaces(atoms: readonly OrderAtom[]): Places {
  const exact = new Map(atoms.map((atom) => [atom.key, placeOfAtom(atom)]));
  const byItem = Map.groupBy(atoms, ({ key }) => key.slice(0, key.lastIndexOf(".")));
  const companies = new Map(atoms.map((atom) => [atom.order, atom.company_code]));
  const projects = atoms.flatMap(({ target }) => (target ? [target.project] : []));
  const ids = new Map(projects.map(({ number, id }) => [number, id]));
  const names = new Map(projects.map(({ number, id }) => [id, number]));
  return {
    of(order, item, assignment) {
      const known = exact.get(`${order}.${item}.${assignment}`);
      if (known) return known;
      const [first, ...others] = (byItem.get(`${order}.${item}`) ?? []).map(placeOfAtom);
      const nowhere = { project: "", costCode: "", purchaseOrder: order };
      if (!first) return nowhere;
      if (others.every((other) => samePlace(first, other))) return first;
      return others.every(({ project }) => project === first.project) ? { ...first, costCode: "" } : nowhere;
    },
    companyCodeOf: (order) => companies.get(order) || undefined,
    idOf: (project) => ids.get(project),
    nameOf: (projectId) => names.get(projectId) ?? `project ${projectId}`,
  };
}
