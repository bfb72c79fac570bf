/** The last request and answer of an effect that did not go well, as `holds show` tells it: redacted and cut (core/exchange.ts). */
import { sql, type Transaction } from "kysely";
import { type Body, redactBody, redactText, secretValuesOf } from "../../core/index.ts";
import type { Difference, ProcoreFault } from "../../procore/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";

export type Exchange = {
  code: string;
  endpoint?: string;
  status?: number;
  requestId?: string;
  request: unknown;
  answer: { detail: string; complaints?: readonly object[] };
};

/** Procore said no, or nothing that settles the row. */
export function exchangeOf(request: Body, fault: ProcoreFault): Exchange {
  const secrets = secretValuesOf(request);
  const complaints = fault.complaints.map(({ field, messages }) => ({
    ...(field === undefined ? {} : { field }),
    messages: messages.map((message) => redactText(message, secrets)),
  }));
  const detail = redactText(fault.detail, secrets);
  return {
    code: fault.code,
    endpoint: fault.endpoint,
    ...(fault.status === undefined ? {} : { status: fault.status }),
    ...(fault.requestId === undefined ? {} : { requestId: fault.requestId }),
    request: redactBody(request) ?? null,
    answer: { detail, complaints },
  };
}

/** Procore took it and holds something else. */
export function differenceExchange(request: Body, { field, sent, found }: Difference): Exchange {
  const secrets = secretValuesOf({ [field]: sent, other: { [field]: found } });
  const detail = redactText(`${field}: sent "${sent}", Procore has "${found}"`, secrets);
  return { code: "procore-differs", request: redactBody(request) ?? null, answer: { detail } };
}

type Kept = { effect: bigint; exchange: Exchange };

export async function keepExchanges(tx: Transaction<Database>, context: RunContext, kept: readonly Kept[]): Promise<void> {
  if (kept.length === 0) return;
  const rows = kept.map(({ effect, exchange: { code, endpoint, status, requestId, request, answer } }) => ({
    effect: effect.toString(),
    code,
    endpoint: endpoint ?? null,
    status: status ?? null,
    request_id: requestId ?? null,
    request: request ?? null,
    answer,
  }));
  await sql`
    insert into exchange (tenant, effect, run, at, code, endpoint, status, request_id, request, answer)
    select ${context.tenant}, effect, ${context.run}, ${now(context)}, code, endpoint, status, request_id, request, answer
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(effect bigint, code text, endpoint text, status integer, request_id text,
      request jsonb, answer jsonb)
    on conflict (tenant, effect) do update set run = excluded.run, at = excluded.at, code = excluded.code, endpoint = excluded.endpoint,
      status = excluded.status, request_id = excluded.request_id, request = excluded.request, answer = excluded.answer`.execute(
    tx,
  );
}
