// Each command answers to the name it is found by, and is found alone; what is no command finds all, for the help and for the nearest name.
import { expect, it } from "vitest";
import { commands, commandsFor } from "./table.ts";

it.each(Object.keys(commands))("%s is found by its own name, and alone", async (name) => {
  const found = await Promise.all(commandsFor([name, "--json"]).map((load) => load()));
  expect(found.map((create) => create().name())).toEqual([name]);
});

it.each([[[]], [["--help"]], [["help", "sync"]], [["snyc"]], [["constructor"]]])("%j finds all of them", (args) => {
  expect(commandsFor(args)).toEqual(Object.values(commands));
});
