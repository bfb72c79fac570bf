// A native RFC child that answers from a script, for tests of the client without a process.
import type { ChildEvents, ChildProgram, StartChild } from "../../src/ports/index.ts";

export type ParentLine = Readonly<Record<string, unknown>> & { type: string };
export type ScriptedChild = {
  program: ChildProgram;
  /** What the parent said so far. */
  heard: ParentLine[];
  say(message: object): void;
  /** Bytes as they are. */
  put(bytes: Uint8Array): void;
  complain(text: string): void;
  end(how: string): void;
  isKilled: boolean;
  isInputEnded: boolean;
};

type Answer = (line: ParentLine, child: ScriptedChild) => void;

/** `answer` is asked for each line of the parent's, in a later turn. */
export function scriptedChildren(answer: Answer): { start: StartChild; children: ScriptedChild[] } {
  const children: ScriptedChild[] = [];
  const start: StartChild = (program, events: ChildEvents) => {
    let isEnded = false;
    const child: ScriptedChild = {
      program,
      heard: [],
      isKilled: false,
      isInputEnded: false,
      say: (message) => child.put(Buffer.from(`${JSON.stringify(message)}\n`)),
      put: (bytes) => {
        if (!isEnded) events.output(bytes);
      },
      complain: (text) => events.complaint(Buffer.from(text)),
      end: (how) => {
        if (isEnded) return;
        isEnded = true;
        events.ended(how);
      },
    };
    children.push(child);
    return {
      write(text) {
        for (const line of text.trimEnd().split("\n")) {
          const heard = JSON.parse(line) as ParentLine;
          child.heard.push(heard);
          queueMicrotask(() => answer(heard, child));
        }
      },
      endInput() {
        child.isInputEnded = true;
        queueMicrotask(() => child.end("ended with exit code 0"));
      },
      kill() {
        child.isKilled = true;
        queueMicrotask(() => child.end("was ended by SIGKILL"));
      },
    };
  };
  return { start, children };
}

export const readyLine = { type: "ready", version: 1, driver: "scripted", library: "1" };
