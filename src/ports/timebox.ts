/**
 * Time for a look that must end. Steps run one after the other, each with its share of what is left; whoever works in a step asks whether its time is
 * over, and names what it leaves out. A `Fault` ends its step and is kept; what ended because the time was over counts as skipped.
 */
export type TimeboxStep = {
  what: string;
  /** Share beside the other steps'. */
  weight: number;
  /** Where this one fails, the rest is left out. */
  isVital?: boolean;
  work(): Promise<void>;
};

export type Timebox = {
  run(steps: readonly TimeboxStep[]): Promise<void>;
  /** Of the step that runs now. */
  isOver(): boolean;
  skip(what: string, why?: string): void;
  /** What the work comes to; where the step's time ends it, `otherwise`, so that what came before is kept. Other errors go on. */
  until<T>(work: () => Promise<T>, otherwise: T): Promise<T>;
};
