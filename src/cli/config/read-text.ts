/** Reads a file that a person wrote. What cannot be read is an error that names the file and says why; never an empty text. */
import { readFile } from "node:fs/promises";
import { type ErrorCode, Fault } from "../../core/index.ts";

export async function readText(file: string, code: ErrorCode): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unreadable";
    if (reason === "ENOENT" && code === "config.invalid") throw new Fault("config.file-missing", { place: file });
    throw new Fault(code, { place: file, detail: reason === "ENOENT" ? "the file is not there" : `cannot be read (${reason})` });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Fault(code, { place: file, detail: "is not UTF-8 text; save it as UTF-8" });
  }
}
