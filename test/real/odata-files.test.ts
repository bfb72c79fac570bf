// Real Gateway services as they describe themselves, and real feeds, against counts that plain text searches make of the same files.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readAtomFeed } from "../../src/sap/odata/atom-feed.ts";
import { readMetadata } from "../../src/sap/odata/metadata.ts";
import { odataFailure } from "../../src/sap/odata/odata-failure.ts";

const folder = fileURLToPath(new URL("../../../shared/data/sap/odata", import.meta.url));
const files = existsSync(folder) ? readdirSync(folder) : [];
const textOf = (file: string) => readFileSync(join(folder, file), "utf8");
const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

describe.skipIf(files.length === 0)("files of real services", () => {
  it.each(files.filter((file) => file.endsWith(".metadata.xml")))(
    "%s: every set with its type, keys and properties",
    async (file) => {
      const text = textOf(file);
      const read = await readMetadata(text);
      if (read.kind !== "metadata") throw new Error(read.detail);
      const { sets } = read.metadata;
      expect(sets.size).toBe(count(text, /<EntitySet\s/g));
      for (const set of sets.values()) {
        const type = new RegExp(`<EntitySet\\s[^>]*Name="${set.name}"[^>]*EntityType="[^"]*?\\.?([^".]+)"`).exec(text)?.[1];
        const body = new RegExp(`<EntityType\\s[^>]*Name="${type}"[^>]*>([\\s\\S]*?)</EntityType>`).exec(text)?.[1] ?? "";
        expect([set.name, set.keys.length]).toEqual([set.name, count(body, /<PropertyRef\s/g)]);
        expect([set.name, set.properties.size]).toEqual([set.name, count(body, /<Property\s/g)]);
        expect([...set.properties.values()].filter(({ isFilterable }) => !isFilterable).length).toBe(
          count(body, /<Property\s[^>]*sap:filterable="false"/g),
        );
      }
      for (const cut of [0.2, 0.5, 0.9, 0.999])
        expect((await readMetadata(text.slice(0, text.length * cut))).kind).toBe("refused");
    },
  );

  it.each(files.filter((file) => file.endsWith(".atom.xml")))("%s: every entry with its properties", async (file) => {
    const text = textOf(file);
    const read = await readAtomFeed(text);
    if (read.kind !== "page") throw new Error(read.detail);
    expect(read.page.entities.length).toBe(count(text, /<entry[\s>]/g));
    const [first] = read.page.entities;
    for (const [name, value] of Object.entries(first ?? {}))
      if (typeof value === "string" && value.trim() !== "" && !/[&<]/.test(value))
        expect(text).toContain(`<d:${name}>${value}</d:${name}>`);
    for (const cut of [0.3, 0.7, 0.99]) expect((await readAtomFeed(text.slice(0, text.length * cut))).kind).toBe("unreadable");
  });

  it("each sample of an error has its class", () => {
    const samples = JSON.parse(textOf("error-samples.json")) as Record<
      string,
      { status: number; contentType: string; body: unknown }
    >;
    const classes = Object.entries(samples).flatMap(([name, { status, contentType, body }]) => {
      if (name.startsWith("_")) return [];
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return [[name, odataFailure({ status, type: contentType, body: text }).class]];
    });
    expect(Object.fromEntries(classes)).toEqual({
      propertyNotFound: "exception",
      businessError: "exception",
      serviceNotFound: "not-active",
      serviceNotFoundXml: "not-active",
      csrfRequired: "not-active",
      logonFailed: "logon",
      entityNotFound: "exception",
      icfInactive: "not-active",
      methodNotImplemented: "exception",
      noSystemAlias: "not-active",
      shortDump: "dump",
      dispatcherDown: "overload",
      htmlLogonWith200: "logon",
    });
  });
});
