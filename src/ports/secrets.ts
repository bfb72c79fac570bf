/** Named secrets, sealed at rest. `read` answers undefined when there is none by that name. Values never enter a log or an error. */
export type Secrets = {
  read(name: string): Promise<string | undefined>;
  write(name: string, value: string): Promise<void>;
};
