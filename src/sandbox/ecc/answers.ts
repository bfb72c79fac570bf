/** What comes in at the socket and what goes out, for all doors of the system. */
export type EccRequest = {
  method: string;
  /** Path with query, as on the request line. */
  target: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
};

export type EccAnswer = { kind: "answer"; status: number; headers: Record<string, string | string[]>; body: Uint8Array };
/** `cut`: the connection is reset, after `partial` has been sent where there is one. */
export type EccOutcome = EccAnswer | { kind: "silence" } | { kind: "cut"; partial?: EccAnswer };

export function htmlAnswer(status: number, text: string, headers: Record<string, string | string[]> = {}): EccAnswer {
  return {
    kind: "answer",
    status,
    headers: { "content-type": "text/html; charset=utf-8", ...headers },
    body: Buffer.from(text, "latin1"),
  };
}
