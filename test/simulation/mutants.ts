// The product with one thing wrong, as changes of its source in a copy: what is never caught was not looked for. Each names the faults under which it
// shows; a change that fits no longer is an error, so that none of them quietly becomes the product itself.
type Change = { file: string; from: string; to: string };
export type Mutant = { name: string; under: readonly string[]; changes: readonly Change[] };

const sendBatch = "src/hub/apply/send-batch.ts";
const recover = "src/hub/apply/recover.ts";
const effects = "src/hub/apply/effects.ts";

const asUnknown = `return { effect: effect.effect, state: "unknown", detail, exchange };`;
const doubts = [
  "procore timeout-after-commit",
  "procore cut-after-commit",
  "procore 500-committed",
  "procore bulk-hidden",
  "procore bulk-foreign",
];
const losses = ["procore cut-before", "procore bulk-lost"];

export const mutants: readonly Mutant[] = [
  {
    name: "a timeout is taken for a failure",
    under: doubts,
    changes: [
      {
        file: sendBatch,
        from: asUnknown,
        to: `return { effect: effect.effect, state: "held", code: handler.refusal, detail, exchange };`,
      },
    ],
  },
  {
    name: "what is unknown is taken for done",
    under: losses,
    changes: [
      {
        file: sendBatch,
        from: asUnknown,
        to: `return { effect: effect.effect, state: "confirmed", procoreId: 1, amountMinor: effect.amount_minor, currency: effect.currency, row: effect };`,
      },
    ],
  },
  {
    name: "no fence",
    under: ["superseded"],
    changes: [{ file: "src/hub/run/fence.ts", from: "if (rows.length === 0) throw", to: "if (rows.length > 1) throw" }],
  },
  {
    name: "sent before it is written down",
    under: ["die apply.answered"],
    changes: [
      {
        file: effects,
        from: "update effect set state = 'sending', attempts",
        to: "update effect set state = 'approved', attempts",
      },
      {
        file: sendBatch,
        from: `await settle(context, changes, ["sending"]);`,
        to: `await settle(context, changes, ["approved"]);`,
      },
    ],
  },
  {
    name: "sync without origin id",
    under: ["job-twice"],
    changes: [{ file: "src/procore/sent-body.ts", from: ", origin_id: row.originId };", to: " };" }],
  },
  {
    name: "not found is taken for done",
    under: losses,
    changes: [
      {
        file: recover,
        from: `if (seen.kind === "found" && seen.isAsSent) {`,
        to: `if (seen.kind === "absent") return { effect: effect.effect, state: "confirmed", procoreId: 1, amountMinor: effect.amount_minor, currency: effect.currency, row: effect };
  if (seen.kind === "found" && seen.isAsSent) {`,
      },
    ],
  },
  {
    name: "doubt is not waited out",
    under: ["procore late-commit", "procore late-arrival"],
    changes: [{ file: recover, from: "if (waitMs <= 0) return;", to: "if (waitMs <= 1e12) return;" }],
  },
  {
    name: "sent again without a look",
    under: [...doubts, ...losses],
    changes: [
      {
        file: recover,
        from: `const seen = await handler.readBack(
    scope,
    resolved.ready.map(({ row }) => row),
  );`,
        to: `const seen = new Map(resolved.ready.map(({ row }) => [row.originId, scope && { kind: "absent" as const }]));`,
      },
    ],
  },
  {
    name: "an approval does not wait for its lines",
    under: losses,
    changes: [
      { file: effects, from: "and open.stage >= e.stage", to: "" },
      {
        file: "src/hub/apply/part-totals.ts",
        from: "and e.amount_minor is distinct from (",
        to: "and false and e.amount_minor is distinct from (",
      },
    ],
  },
  {
    name: "done, and not kept",
    under: ["procore slow"],
    changes: [
      {
        file: effects,
        from: "if (rows.length === 0) return;\n  await sql`\n    insert into known",
        to: "if (rows.length < 4) return;\n  await sql`\n    insert into known",
      },
    ],
  },
  {
    name: "the first record of an upload is lost",
    under: ["wire cut-after"],
    changes: [
      {
        file: "src/hub/change/land.ts",
        from: "new Map(ours.map((record) =>",
        to: "new Map(ours.slice(1).map((record) =>",
      },
    ],
  },
  {
    name: "a late line joins the part that was posted",
    under: ["job-late"],
    changes: [{ file: "src/core/grouping/parts.ts", from: "(last.get(id) ?? 0) + 1", to: "last.get(id) ?? 1" }],
  },
  {
    name: "a requisition is created without a look",
    under: ["job-twice"],
    changes: [
      {
        file: "src/hub/apply/requisitions.ts",
        from: "() => connection.procore.requisitions.list({ projectId }).read());",
        to: "async () => ({ ok: true, value: { items: [] } }));",
      },
    ],
  },
  {
    name: "a chain goes by the numbers that SAP gave",
    under: ["hub-clock", "agent-clock"],
    changes: [
      {
        file: "src/core/desired/requisition.ts",
        from: "return [postingDate, entryDate, entryTime, key].join",
        to: "return [key].join",
      },
    ],
  },
  {
    name: "a cancelled invoice is billed",
    under: ["job-late"],
    changes: [
      {
        file: "src/core/rulings/invoice.ts",
        from: "if (partner && cancelsOut(invoice, partner) && !isParted(invoice, partner, context))",
        to: "if (!partner && cancelsOut(invoice, invoice))",
      },
    ],
  },
  {
    name: "what is retained is paid",
    under: ["job-late"],
    changes: [
      {
        file: "src/core/desired/requisition.ts",
        from: "work_completed_retainage_retained_this_period: formatMoney(retainage),",
        to: "work_completed_retainage_retained_this_period: formatMoney({ ...retainage, minor: 0n }),",
      },
    ],
  },
];
