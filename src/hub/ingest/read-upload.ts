/**
 * From an upload's bytes to a header and checked records. Limits hold on both sides of the decompression; a damaged or foreign body is
 * refused before anything is written.
 */
import { zstdDecompressSync } from "node:zlib";
import { Fault, type UploadedRecord } from "../../core/index.ts";
import { recordSchema, type UploadHeader, uploadHeader, uploadLimits } from "../../wire/index.ts";

export type Upload = { header: UploadHeader; records: readonly UploadedRecord[] };

function decompress(body: Uint8Array): string {
  try {
    return zstdDecompressSync(body, { maxOutputLength: uploadLimits.bytesMax }).toString("utf8");
  } catch (cause) {
    throw new Fault("agent.upload-damaged", { place: "upload", detail: "it is not zstd, or larger than allowed", cause });
  }
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Fault("agent.upload-damaged", { place: `upload line ${number}`, detail: "it is not JSON", cause });
  }
}

export function readUpload(body: Uint8Array): Upload {
  const [first = "", ...lines] = decompress(body).split("\n");
  if (lines.at(-1) === "") lines.pop();
  const header = uploadHeader.safeParse(parseLine(first, 1));
  if (!header.success) {
    const issue = header.error.issues[0];
    throw new Fault("agent.record-invalid", { place: "upload header", detail: `${issue?.path.join(".")}: ${issue?.message}` });
  }
  if (header.data.records !== lines.length) {
    throw new Fault("agent.upload-damaged", {
      place: "upload",
      detail: `${header.data.records} records announced, ${lines.length} came`,
    });
  }
  const records = lines.map((line, index) => {
    const record = recordSchema.safeParse(parseLine(line, index + 2));
    if (record.success) return record.data as UploadedRecord;
    const issue = record.error.issues[0];
    throw new Fault("agent.record-invalid", {
      place: `upload line ${index + 2}`,
      detail: `${issue?.path.join(".")}: ${issue?.message}`,
    });
  });
  return { header: header.data, records };
}
