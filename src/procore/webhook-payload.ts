/**
 * What Procore posts to a hook, in its three versions, as one event. Pure. A version, resource or verb that is not known is refused by its name,
 * never guessed. An event is a hint: it says which record to read again and who touched it, never what the record says now (procore 5 [A]).
 */
import { z } from "zod";
import { err, ok, type Result } from "../core/index.ts";

export const webhookKinds = [
  "vendors",
  "contracts",
  "contract-lines",
  "change-orders",
  "requisitions",
  "direct-costs",
  "direct-cost-lines",
  "budget",
] as const;
export type WebhookKind = (typeof webhookKinds)[number];

/** Names as the resource list gives them (procore 5 [C]); lists differ, so a kind may have several. Which are offered is asked at set-up. */
export const webhookResourceNames: Readonly<Record<string, WebhookKind>> = {
  "Company Vendors": "vendors",
  Vendors: "vendors",
  "Purchase Order Contracts": "contracts",
  Commitments: "contracts",
  "Purchase Order Contract Line Items": "contract-lines",
  "Change Order Packages": "change-orders",
  "Commitment Change Orders": "change-orders",
  Requisitions: "requisitions",
  "Direct Costs": "direct-costs",
  "Direct Cost Line Items": "direct-cost-lines",
  "Budget Line Items": "budget",
};

export type WebhookVerb = "create" | "update" | "delete";

/** Both vocabularies (procore 5, 7.18). What comes back from the bin is read again like any change. */
const verbs: Readonly<Record<string, WebhookVerb>> = {
  create: "create",
  created: "create",
  update: "update",
  updated: "update",
  restore: "update",
  restored: "update",
  delete: "delete",
  deleted: "delete",
  recycled: "delete",
};

export type WebhookEvent = {
  version: "v2.0" | "v3.0" | "v4.0";
  /** The same for each repetition of one delivery. */
  deliveryId: string;
  kind: WebhookKind;
  verb: WebhookVerb;
  recordId: number;
  /** The contract or direct cost of a line, where the payload names it (v3.0). */
  parentId: number | null;
  companyId: number | null;
  /** Null for records of the company. */
  projectId: number | null;
  userId: number | null;
  /** Client id of the app that made the change; often null though it was one. */
  applicationId: string | null;
  /** Procore's own clock, ISO; null where it gave none that can be read. */
  happenedAt: string | null;
};

export type PayloadProblem = { field: string; problem: string };

/** Integers in v2 and v3, text in v4; either is read. */
const id = z
  .union([z.number(), z.string().regex(/^[1-9]\d{0,15}$/, "is no id")])
  .transform(Number)
  .pipe(z.number().int().positive().max(Number.MAX_SAFE_INTEGER));
const idOrNull = id.nullish().transform((value) => value ?? null);
/** The documentation's own samples have 24 characters where a ULID has 26: the length proves nothing (procore 5). */
const key = z.union([z.string().min(1).max(64), z.number().int().positive()]).transform(String);
const applicationId = z
  .union([z.string().max(200), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : String(value)));
const instant = z
  .string()
  .nullish()
  .transform((value) => {
    const ms = value === null || value === undefined ? Number.NaN : Date.parse(value);
    return Number.isNaN(ms) ? null : new Date(ms).toISOString();
  });
const verb = z.string().transform((word, context) => {
  const known = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
  if (known !== undefined) return known;
  context.addIssue({ code: "custom", message: `"${word.slice(0, 40)}" is no known kind of change` });
  return z.NEVER;
});
const resource = z.string().transform((name, context) => {
  const kind = Object.hasOwn(webhookResourceNames, name) ? webhookResourceNames[name] : undefined;
  if (kind !== undefined) return kind;
  context.addIssue({ code: "custom", message: `"${name.slice(0, 80)}" is no resource that we listen to` });
  return z.NEVER;
});

const metadata = z.object({ source_application_id: applicationId, source_user_id: idOrNull }).nullish();

const older = z.object({
  id: key.nullish(),
  ulid: key.nullish(),
  timestamp: instant,
  metadata,
  user_id: idOrNull,
  company_id: idOrNull,
  project_id: idOrNull,
  event_type: verb,
  resource_name: resource,
  resource_id: id,
  related_resources: z.array(z.object({ id, name: z.string() })).nullish(),
});

const newer = z.object({
  id: key,
  timestamp: instant,
  metadata,
  user_id: idOrNull,
  company_id: idOrNull,
  project_id: idOrNull,
  reason: verb,
  resource_type: resource,
  resource_id: id,
});

function refuse(problem: z.ZodError): Result<never, PayloadProblem> {
  const issue = problem.issues[0];
  return err({ field: issue?.path.join(".") || "(whole body)", problem: issue?.message ?? "does not fit" });
}

function readOlder(body: object, version: "v2.0" | "v3.0"): Result<WebhookEvent, PayloadProblem> {
  const parsed = older.safeParse(body);
  if (!parsed.success) return refuse(parsed.error);
  const { data } = parsed;
  // The number is one delivery's, the ULID one event's: two hooks that carry one event are told apart by neither, nor need be.
  const deliveryId = data.ulid ?? data.id ?? undefined;
  if (deliveryId === undefined) return err({ field: "ulid", problem: "is missing, and so is id" });
  return ok({
    version,
    deliveryId,
    kind: data.resource_name,
    verb: data.event_type,
    recordId: data.resource_id,
    parentId: data.related_resources?.[0]?.id ?? null,
    companyId: data.company_id,
    projectId: data.project_id,
    userId: data.user_id ?? data.metadata?.source_user_id ?? null,
    applicationId: data.metadata?.source_application_id ?? null,
    happenedAt: data.timestamp,
  });
}

function readNewer(body: object): Result<WebhookEvent, PayloadProblem> {
  const parsed = newer.safeParse(body);
  if (!parsed.success) return refuse(parsed.error);
  const { data } = parsed;
  return ok({
    version: "v4.0",
    deliveryId: data.id,
    kind: data.resource_type,
    verb: data.reason,
    recordId: data.resource_id,
    parentId: null,
    companyId: data.company_id,
    projectId: data.project_id,
    userId: data.user_id ?? data.metadata?.source_user_id ?? null,
    applicationId: data.metadata?.source_application_id ?? null,
    happenedAt: data.timestamp,
  });
}

/** v4.0 need not name its version: its words are its own. */
function versionOf(body: object): string {
  const named = "api_version" in body ? body.api_version : "payload_version" in body ? body.payload_version : undefined;
  if (typeof named === "string") return /^v\d+$/.test(named) ? `${named}.0` : named;
  return "reason" in body && "resource_type" in body ? "v4.0" : "(none)";
}

export function readWebhookPayload(body: unknown): Result<WebhookEvent, PayloadProblem> {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return err({ field: "(whole body)", problem: "is no object" });
  const version = versionOf(body);
  switch (version) {
    case "v2.0":
    case "v3.0":
      return readOlder(body, version);
    case "v4.0":
      return readNewer(body);
    default:
      return err({ field: "api_version", problem: `"${version.slice(0, 40)}" is no known version; v2.0, v3.0 and v4.0 are` });
  }
}
