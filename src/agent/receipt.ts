/**
 * What SAP was asked since the last upload, as the wire carries it: differences of the governor's sums, so that nothing is counted twice and
 * the parts add up to the whole. Readers' choices are told once each, and all of them again when a flow is opened: another run may begin.
 */
import type { FunctionReceipt, ReaderChoice } from "../sap/index.ts";
import type { Receipt } from "../wire/index.ts";

export type ReceiptSource = {
  /** What SAP was asked so far, summed. */
  receipt: () => {
    calls: number;
    rows: number;
    milliseconds: number;
    halvings?: number;
    functions?: Readonly<Record<string, FunctionReceipt>>;
  };
  /** The most calls in flight since it was last asked. */
  takePeak?: () => number;
  choices?: () => readonly ReaderChoice[];
};

type Sums = ReturnType<ReceiptSource["receipt"]>;
type FunctionLine = NonNullable<Receipt["detail"]>["functions"][number];

const choicesMax = 500;
const whole = (now: number, before: number | undefined): number => Math.round(now) - Math.round(before ?? 0);

function functionLines(now: Sums, before: Sums): FunctionLine[] {
  return Object.entries(now.functions ?? {}).flatMap(([name, sum]) => {
    const was = before.functions?.[name];
    const line: FunctionLine = {
      function: name,
      calls: whole(sum.calls, was?.calls),
      retries: whole(sum.retries, was?.retries),
      failures: whole(sum.failures, was?.failures),
      rows: whole(sum.rows, was?.rows),
      callMs: whole(sum.milliseconds, was?.milliseconds),
      serverMs: whole(sum.serverMilliseconds, was?.serverMilliseconds),
    };
    return line.calls + line.retries === 0 ? [] : [line];
  });
}

export function createReceiptTaker(source: ReceiptSource, day: () => string): (isOpening: boolean) => Receipt {
  let before: Sums = { calls: 0, rows: 0, milliseconds: 0 };
  const told = new Set<string>();
  const newChoices = (): ReaderChoice[] =>
    (source.choices?.() ?? [])
      .filter((choice) => {
        const key = JSON.stringify(choice);
        const isNew = !told.has(key) && told.size < choicesMax;
        if (isNew) told.add(key);
        return isNew;
      })
      .map(({ table, reader, why }) => ({ table, reader, why: why.slice(0, 300) }));
  return (isOpening) => {
    if (isOpening) told.clear();
    const now = source.receipt();
    const since = {
      calls: now.calls - before.calls,
      rows: now.rows - before.rows,
      callMs: whole(now.milliseconds, before.milliseconds),
    };
    if (now.functions === undefined) {
      before = now;
      return since;
    }
    const detail = {
      day: day(),
      inFlightMax: source.takePeak?.() ?? 0,
      halvings: whole(now.halvings ?? 0, before.halvings),
      functions: functionLines(now, before),
      readers: newChoices(),
    };
    before = now;
    return { ...since, detail };
  };
}
