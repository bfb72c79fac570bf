import { describe, expect, it } from "vitest";
import { isLoopback } from "./loopback.ts";

describe("this very machine", () => {
  it.each(["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"])("%s", (host) => expect(isLoopback(host)).toBe(true));
  it.each([
    "",
    "127.example.com",
    "127.0.0.1.example.com",
    "localhost.example.com",
    "127.0.0",
    "sap127.0.0.1",
    "[::2]",
    "0.0.0.0",
  ])("not %s", (host) => expect(isLoopback(host)).toBe(false));
});
