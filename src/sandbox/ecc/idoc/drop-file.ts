/** A port-3 file written in place, as SAP's file port does: for a while only half of it is there (sap-data 6.3). */
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../../ports/index.ts";
import type { IDoc } from "./idoc.ts";
import { flatFile } from "./write-flat.ts";

export type FolderTarget = {
  kind: "folder";
  folder: string;
  lineEnd: "\n" | "\r\n";
  isTrimmed: boolean;
  /** How long the first half stands alone. */
  halfMs: number;
};

export async function dropFile(target: FolderTarget, clock: Clock, idocs: readonly IDoc[]): Promise<string> {
  await mkdir(target.folder, { recursive: true });
  const [first] = idocs;
  const path = join(target.folder, `${first?.control["MESTYP"] ?? "IDOC"}_${first?.docnum ?? "0"}.txt`);
  const bytes = Buffer.from(flatFile(idocs, target));
  const half = bytes.length >>> 1;
  const file = await open(path, "w");
  try {
    await file.writeFile(bytes.subarray(0, half));
    if (target.halfMs > 0) await clock.sleep(target.halfMs);
    await file.appendFile(bytes.subarray(half));
    await file.datasync();
  } finally {
    await file.close();
  }
  return path;
}
