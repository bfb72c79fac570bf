/**
 * One call: mark sending, send, settle each element on its own (design section 8). What the answer is silent about is unknown, what Procore
 * refuses is held, and only systemic failures (ruling 36) halt the run.
 */
import { type ErrorCode, parseMoney } from "../../core/index.ts";
import type { ProcoreFault, SyncRow } from "../../procore/index.ts";
import { type RunContext, RunHalt } from "../context.ts";
import { differenceExchange, type Exchange, exchangeOf } from "../holds/exchange.ts";
import { type Change, type EffectRow, markSending, type Slot, settle } from "./effects.ts";
import type { Element, Handler } from "./handler.ts";
import { type ProcoreIds, resolve } from "./resolve.ts";

/** Procore answered, and it is not about this record. */
const systemic: ReadonlySet<string> = new Set([
  "procore.token",
  "procore.unauthorised",
  "procore.app-not-connected",
  "procore.unreachable",
  "procore.quota",
]);

/** Fields whose difference means another record than the one sent; the rest (text cut or cleaned by Procore) is only noted. */
const decisive: ReadonlySet<string> = new Set([
  "amount",
  "wbs_code_id",
  "vendor_id",
  "status",
  "direct_cost_id",
  "number",
  "currency_iso_code",
  "commitment_id",
  "items",
  "flat_code",
]);

type Sent = { effect: EffectRow; row: SyncRow };

function describe(fault: Pick<ProcoreFault, "endpoint" | "detail">): string {
  return `${fault.endpoint}: ${fault.detail}`;
}

const requestOf = ({ row }: Sent) => ({ origin_id: row.originId, ...row.body });

function settledChange(sent: Sent, element: Extract<Element, { kind: "settled" }>): Change {
  const { effect } = sent;
  const difference = element.differences.find(({ field }) => decisive.has(field));
  if (difference) {
    const exchange = differenceExchange(requestOf(sent), difference);
    return { effect: effect.effect, state: "held", code: "procore-differs", detail: exchange.answer.detail, exchange };
  }
  const amount = element.amount !== null && effect.currency !== null ? parseMoney(element.amount, effect.currency) : undefined;
  if (amount && !amount.ok) {
    const detail = `amount "${element.amount}" is no amount in ${effect.currency}`;
    return { effect: effect.effect, state: "held", code: "procore-differs", detail };
  }
  const amountMinor = amount ? amount.value.minor : effect.amount_minor;
  return {
    effect: effect.effect,
    state: "confirmed",
    procoreId: element.procoreId,
    amountMinor,
    currency: effect.currency,
    row: effect,
  };
}

/** What both sides said, and Procore's word in a line; neither repeats a secret. */
function said(sent: Sent, fault: ProcoreFault): { exchange: Exchange; detail: string } {
  const exchange = exchangeOf(requestOf(sent), fault);
  return { exchange, detail: describe({ endpoint: fault.endpoint, detail: exchange.answer.detail }) };
}

function changeOf(context: RunContext, handler: Handler, sent: Sent, element: Element): Change {
  const { effect } = sent;
  switch (element.kind) {
    case "settled":
      return settledChange(sent, element);
    case "held":
      return { effect: effect.effect, state: "held", code: element.code, detail: element.detail };
    case "unknown": {
      const { exchange, detail } = said(sent, element.fault);
      return { effect: effect.effect, state: "unknown", detail, exchange };
    }
    case "notSent":
      return { effect: effect.effect, state: "approved", detail: describe(element.fault), wasSent: false };
    case "refused": {
      const { exchange, detail } = said(sent, element.fault);
      const mayRetry =
        element.fault.code === "procore.conflict" && effect.attempts + 1 < context.connection.settings.limits.attemptsMax;
      if (mayRetry || systemic.has(element.fault.code))
        return { effect: effect.effect, state: "approved", detail, wasSent: true };
      const code = element.fault.code === "procore.project-not-permitted" ? "project-not-permitted" : handler.refusal;
      return { effect: effect.effect, state: "held", code, detail, exchange };
    }
  }
}

function haltOf(elements: readonly Element[]): RunHalt | undefined {
  for (const element of elements) {
    if (element.kind === "settled" || element.kind === "held" || !systemic.has(element.fault.code)) continue;
    if (element.kind === "unknown") continue;
    return new RunHalt("pause", element.fault.code as ErrorCode, describe(element.fault));
  }
  return undefined;
}

/**
 * `withdrawn`: the deadline passed while the call waited for quota; nothing left, and it may go again at once. Throws `RunHalt` after settling
 * when the failure is systemic.
 */
export async function sendBatch(
  context: RunContext,
  handler: Handler,
  slot: Slot,
  batch: readonly EffectRow[],
  ids: ProcoreIds,
): Promise<{ settled: number; isWithdrawn: boolean }> {
  const { limits } = context.connection.settings;
  const resolved = resolve(batch, ids);
  if (resolved.held.length > 0) await settle(context, resolved.held, ["approved"]);
  if (resolved.ready.length === 0) return { settled: resolved.held.length, isWithdrawn: false };

  const sendBy = context.clock.monotonic() + limits.callTimeoutMs;
  const deadline = new Date(context.clock.now() + 2 * limits.callTimeoutMs);
  const marked = await markSending(
    context,
    resolved.ready.map(({ effect }) => effect.effect),
    deadline,
  );
  context.faultPoint("apply.sending");
  const ready = resolved.ready.filter(({ effect }) => marked.has(effect.effect));
  const scope = {
    connection: context.connection,
    projectId: Number(slot.projectId),
    containerId: resolved.containerId,
    once: context.once,
    siblings: [],
    settle: () => context.clock.sleep(limits.settleMs),
    options: { timeoutMs: limits.callTimeoutMs, mayStillSend: () => context.clock.monotonic() < sendBy },
  };
  const elements = await handler.send(
    scope,
    ready.map(({ row }) => row),
  );
  context.faultPoint("apply.answered");
  const byOriginId = new Map(elements.map((element) => [element.originId, element]));
  const changes = ready.map((sent): Change => {
    const { effect } = sent;
    const element = byOriginId.get(effect.origin_id);
    return element
      ? changeOf(context, handler, sent, element)
      : { effect: effect.effect, state: "unknown", detail: "the answer does not name it" };
  });
  await settle(context, changes, ["sending"]);
  context.faultPoint("apply.settled");
  const halt = haltOf(elements);
  if (halt) throw halt;
  const settled = changes.filter(({ state }) => state === "confirmed" || state === "held").length;
  const isWithdrawn = elements.some((element) => element.kind === "notSent" && element.fault.code === "procore.withdrawn");
  return { settled: resolved.held.length + settled, isWithdrawn };
}
