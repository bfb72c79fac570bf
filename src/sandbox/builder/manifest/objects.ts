/**
 * Which cost object an assignment means, from the tables of a world: WBS element before network before order before cost centre
 * (ruling 11), real before statistical (ruling 20). An order or a network activity that belongs to a WBS element stands for it.
 */
import type { EccRow } from "../../world.ts";
import type { ObjectType } from "../mapping.ts";
import type { Tables } from "../tables.ts";

export type CostObject = { type: ObjectType; key: string };
export type Assignment = { projk: string; nplnr: string; aufpl: string; aplzl: string; aufnr: string; kostl: string };

export type ObjectReader = {
  /** The object, or undefined where the assignment names none. */
  objectOf(assignment: Assignment): CostObject | undefined;
};

/** An initial NUMC is zeros or absent. */
const numc = (value: string | undefined): string => (value === undefined || /^0*$/.test(value) ? "" : value);

export const itemAssignment = (ekkn: EccRow): Assignment => ({
  projk: numc(ekkn["PS_PSP_PNR"]),
  nplnr: ekkn["NPLNR"] ?? "",
  aufpl: ekkn["AUFPL"] ?? "",
  aplzl: ekkn["APLZL"] ?? "",
  aufnr: ekkn["AUFNR"] ?? "",
  kostl: ekkn["KOSTL"] ?? "",
});

export const lineAssignment = (bseg: EccRow): Assignment => ({
  projk: numc(bseg["PROJK"]),
  nplnr: bseg["NPLNR"] ?? "",
  aufpl: bseg["AUFPL"] ?? "",
  aplzl: bseg["APLZL"] ?? "",
  aufnr: bseg["AUFNR"] ?? "",
  kostl: bseg["KOSTL"] ?? "",
});

export function createObjectReader(tables: Tables): ObjectReader {
  const elements = new Map(tables.rows("PRPS").map((row) => [row["PSPNR"] ?? "", row]));
  const orders = new Map(tables.rows("AUFK").map((row) => [row["AUFNR"] ?? "", row]));
  const activities = new Map(tables.rows("AFVC").map((row) => [`${row["AUFPL"]} ${row["APLZL"]}`, row]));

  const element = (pspnr: string | undefined): CostObject | undefined => {
    const posid = elements.get(numc(pspnr))?.["POSID"];
    return posid === undefined ? undefined : { type: "wbs", key: posid };
  };
  const candidates = (at: Assignment): { isReal: boolean; read: () => CostObject | undefined }[] => [
    ...(at.projk === ""
      ? []
      : [
          {
            isReal: elements.get(at.projk)?.["XSTAT"] !== "X",
            read: () => element(at.projk) ?? { type: "wbs" as const, key: at.projk },
          },
        ]),
    ...(at.nplnr === ""
      ? []
      : [
          {
            isReal: true,
            read: () =>
              element(activities.get(`${at.aufpl} ${at.aplzl}`)?.["PROJN"]) ?? { type: "network" as const, key: at.nplnr },
          },
        ]),
    ...(at.aufnr === ""
      ? []
      : [
          {
            isReal: orders.get(at.aufnr)?.["ASTKZ"] !== "X",
            read: () => element(orders.get(at.aufnr)?.["PSPEL"]) ?? { type: "order" as const, key: at.aufnr },
          },
        ]),
    ...(at.kostl === "" ? [] : [{ isReal: true, read: () => ({ type: "cost-center" as const, key: at.kostl }) }]),
  ];
  return {
    objectOf: (assignment) => {
      const all = candidates(assignment);
      return (all.find((candidate) => candidate.isReal) ?? all[0])?.read();
    },
  };
}
