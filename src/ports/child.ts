/**
 * A process of this machine in which another party's library runs. It is told things on its standard input and heard on its standard output; what it
 * writes to standard error is for people. Secrets travel on standard input only, never as arguments or environment.
 */
export type ChildProgram = {
  file: string;
  args: readonly string[];
  /** Beside what every child gets; nothing secret. */
  environment?: Readonly<Record<string, string>>;
};

export type ChildEvents = {
  output(chunk: Uint8Array): void;
  complaint(chunk: Uint8Array): void;
  /** Once, after the last output; also where it could not be started. `how` is for people. */
  ended(how: string): void;
};

export type Child = {
  /** Lost without a word where the child is gone: `ended` tells. */
  write(text: string): void;
  endInput(): void;
  kill(): void;
};

export type StartChild = (program: ChildProgram, events: ChildEvents) => Child;
