/**
 * Sees that SAP grows slower before it fails: dialog steps queue in the dispatcher long before anything times out (sap-rfc 2.3).
 * It compares what a call costs lately with what such calls cost in the long run, per function and for a fixed part plus the rows,
 * so that a large answer is no alarm. One alarm at a time: after it the present is the new normal.
 */
export type LatencyWatch = { hasGrown(call: { function: string; rows: number; spent: number }): boolean };

const samplesMin = 20;
const functionsMax = 100;
/** A row costs about as much as this part of a call: SBOOK gave 28,782 rows in 885 ms (sap-rfc 1.4 [L]), a small call takes some 30 ms. */
const rowsPerCall = 1_000;
const growthMax = 2;
/** Less than this is noise of the network. */
const growthFloorMs = 50;

export function createLatencyWatch(): LatencyWatch {
  const known = new Map<string, { samples: number; lately: number; usually: number }>();
  return {
    hasGrown({ function: name, rows, spent }) {
      const cost = spent / (1 + rows / rowsPerCall);
      const seen = known.get(name);
      if (seen === undefined) {
        if (known.size < functionsMax) known.set(name, { samples: 1, lately: cost, usually: cost });
        return false;
      }
      seen.samples += 1;
      seen.lately += (cost - seen.lately) * 0.3;
      seen.usually += (cost - seen.usually) * Math.max(0.02, 1 / seen.samples);
      if (seen.samples < samplesMin || seen.lately < seen.usually * growthMax + growthFloorMs) return false;
      seen.usually = seen.lately;
      return true;
    },
  };
}
