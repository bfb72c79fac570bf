// What is written in Java runs where nobody compiles it first: it may use the JDK and SAP's published interface and nothing else, in lines that a
// person at a customer's can read. Types and language level are checked where a JDK is installed (test/contract/jco-bridge.test.ts).
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const javaIn = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".java"))
    .map((file) => join(folder, file));
const linesOf = (file: string) => readFileSync(join(root, file), "utf8").split("\n");

const product = javaIn("src");
const all = [...product, ...javaIn("test")];
const offences = (files: readonly string[], isWrong: (line: string) => boolean) =>
  files.flatMap((file) => linesOf(file).flatMap((line, at) => (isWrong(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])));

describe("Java sources", () => {
  it("are found", () => {
    expect(product).toEqual([join("src", "sap", "native", "JcoBridge.java")]);
    expect(all.length).toBeGreaterThan(20);
  });

  it("import the JDK and JCo's published packages only, and by name", () => {
    const wrong = offences(
      product,
      (line) => line.startsWith("import ") && !/^import (?:java|com\.sap\.conn\.jco(?:\.ext)?)\.(?:\w+\.)*[A-Z]\w+;$/.test(line),
    );
    expect(wrong).toEqual([]);
  });

  it("never print: standard output is the protocol's", () => {
    expect(offences(product, (line) => /System\.(?:out|err)\.print|printStackTrace/.test(line))).toEqual([]);
  });

  it("are plain ASCII: Java before 18 reads a source in the machine's own code page", () => {
    expect(offences(all, (line) => /[^ -~]/.test(line))).toEqual([]);
  });

  it("keep to 165 characters a line, without trailing blanks", () => {
    expect(offences(all, (line) => line.length > 165 || /\s$/.test(line))).toEqual([]);
  });
});
