// A client that writes down what it is asked and answers from a script.
import type { RfcCall, RfcClient, RfcOutcome } from "../../src/ports/index.ts";

export function recordingClient(answer: (call: RfcCall) => RfcOutcome = () => ({ kind: "answer", values: {} })): {
  client: RfcClient;
  calls: RfcCall[];
} {
  const calls: RfcCall[] = [];
  const client: RfcClient = {
    call: async (call) => {
      calls.push(call);
      return answer(call);
    },
    serverTime: () => undefined,
    close: async () => undefined,
  };
  return { client, calls };
}
