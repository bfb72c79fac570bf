import { afterEach, describe, expect, it, vi } from "vitest";
import type { ChildProgram } from "../../ports/index.ts";
import { startChild } from "./start-child.ts";

afterEach(() => vi.unstubAllEnvs());

/** What a child wrote until its end. */
async function heard(program: ChildProgram, use: (child: ReturnType<typeof startChild>) => void = (child) => child.endInput()) {
  let [out, complaints] = ["", ""];
  const how = await new Promise<string>((resolve) => {
    const child = startChild(program, {
      output: (chunk) => {
        out += Buffer.from(chunk).toString("utf8");
      },
      complaint: (chunk) => {
        complaints += Buffer.from(chunk).toString("utf8");
      },
      ended: resolve,
    });
    use(child);
  });
  return { out, complaints, how };
}

const node = (source: string, more: Partial<ChildProgram> = {}) => ({ file: process.execPath, args: ["-e", source], ...more });

describe("a child of this machine", () => {
  it("hears what is written to it and the end of it, and is heard on both its outputs", async () => {
    const echo = "process.stdin.pipe(process.stdout); process.stderr.write('beside')";
    const seen = await heard(node(echo), (child) => {
      child.write("one\n");
      child.endInput();
    });
    expect(seen).toEqual({ out: "one\n", complaints: "beside", how: "ended with exit code 0" });
  });

  it("knows nothing secret of the product's environment, and what it is given besides", async () => {
    for (const name of ["ML_CONNECTOR_KEY", "ML_CONNECTOR_SECRET_MAIN_SAP_PASSWORD", "ML_CONNECTOR_SAP_PASSWORD", "DATABASE_URL"])
      vi.stubEnv(name, "geheim");
    vi.stubEnv("SECUDIR", "/snc");
    const { out } = await heard(
      node("process.stdout.write(JSON.stringify(process.env))", { environment: { UV_THREADPOOL_SIZE: "7" } }),
    );
    expect(out).not.toContain("geheim");
    expect(JSON.parse(out)).toMatchObject({ SECUDIR: "/snc", UV_THREADPOOL_SIZE: "7" });
  });

  it("says how it ended, also where it never began", async () => {
    expect((await heard(node("process.exit(3)"))).how).toBe("ended with exit code 3");
    expect((await heard(node("setInterval(() => undefined, 1000)"), (child) => child.kill())).how).toBe("was ended by SIGKILL");
    expect((await heard({ file: "/no/such/java", args: [] })).how).toContain("could not be started (ENOENT)");
  });
});
