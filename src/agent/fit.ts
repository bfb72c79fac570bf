/**
 * Records that the hub would not take become rejected ones, by key and reason, so that one of them never ends its slice. How large a record is
 * is looked at always; its shape only where the hub refused an upload, for that costs about as much as all else that the agent does to it.
 */
import { rejectRecord, type UploadedRecord } from "../core/index.ts";
import { recordSchema, uploadLimits } from "../wire/index.ts";

const { recordBytesMax } = uploadLimits;
const detailMax = 300;

/** What is looked up is never left out: a total that is short controls nothing. */
function unfit(record: UploadedRecord, detail: string): string | undefined {
  if (record.kind === "rejected" || record.kind === "control-total" || record.kind === "reference") return undefined;
  return JSON.stringify(rejectRecord(record, { code: "object-unfit", detail: detail.slice(0, detailMax) }));
}

/** A record as it is sent. */
export function lineOf(record: UploadedRecord, bytesMax = recordBytesMax): string {
  const line = JSON.stringify(record);
  // UTF-8 has at most three bytes a character: most need no count.
  const bytes = line.length * 3 <= bytesMax ? 0 : Buffer.byteLength(line);
  return bytes <= bytesMax ? line : (unfit(record, `${bytes} bytes, and ${bytesMax} is the most`) ?? line);
}

/** The same lines with those replaced that the wire's schema refuses; undefined where there are none that can be. */
export function withoutMisfits(lines: readonly string[]): string[] | undefined {
  let found = 0;
  const fitting = lines.map((line) => {
    const record = JSON.parse(line) as UploadedRecord;
    const issue = recordSchema.safeParse(record).error?.issues[0];
    const instead = issue && unfit(record, `${issue.path.join(".")}: ${issue.message}`);
    if (instead !== undefined) found += 1;
    return instead ?? line;
  });
  return found === 0 ? undefined : fitting;
}
