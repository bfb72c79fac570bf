/**
 * What kind of cost an account or a cost type is, by the words of its name, English and German. A word that names the kind itself (wages, Material) is sure; one that
 * only usually belongs to it (concrete, Diesel) is not. An account that speaks of two kinds (labor for equipment) has both, and then a person is asked.
 */
import { foldWords } from "../../matching/index.ts";

export type CostClass = "labor" | "material" | "equipment" | "subcontract" | "services" | "other";

/** Beginnings of words, folded, umlauts as plain vowels; with an asterisk before it anywhere in a word, for German compounds. */
const beginnings: Readonly<Record<CostClass, { readonly sure: string; readonly usual: string }>> = {
  labor: {
    sure: "labor labour wage payroll salar lohn *lohne *lohnkosten gehalt *gehalter personalkosten",
    usual: "burden fringe overtime crew manpower personal sozial *arbeitsstund",
  },
  material: {
    sure: "material *material baustoff *baustoff",
    usual: "concrete steel lumber cement rebar aggregate asphalt supplies beton stahl holz zement kies hilfsstoff rohstoff",
  },
  equipment: {
    sure: "equipment machin *gerat *maschine",
    usual: "fuel lubricant diesel crane vehicle truck kran bagger fahrzeug *fahrzeug kraftstoff fuhrpark",
  },
  subcontract: {
    sure: "subcontract commitment nachunternehm subunternehm *fremdleistung",
    usual: "contractor",
  },
  services: {
    sure: "consult professional ingenieur *beratung honorar",
    usual: "engineering architect architekt planung survey vermess",
  },
  other: {
    sure: "other sonstig miscellaneous misc sundry",
    usual:
      "travel permit fee insurance office telephone overhead bond legal reise gebuhr versicherung buro verwaltung gemeinkost bewirtung telefon",
  },
};

const costClasses = Object.keys(beginnings) as readonly CostClass[];

export type ClassFound = { readonly of: CostClass; readonly isSure: boolean; readonly word: string };

function isMet(list: string, word: string): boolean {
  return list.split(" ").some((each) => (each.startsWith("*") ? word.includes(each.slice(1)) : word.startsWith(each)));
}

/** Each kind once, by its surest word. */
export function classesOf(text: string): readonly ClassFound[] {
  const words = foldWords(text).plain.map((word) => ({ word, plain: word.replace(/([aou])e/g, "$1") }));
  return costClasses.flatMap((of): readonly ClassFound[] => {
    const { sure, usual } = beginnings[of];
    const met = (list: string) => words.find(({ word, plain }) => isMet(list, word) || isMet(list, plain))?.word;
    const [surely, usually] = [met(sure), met(usual)];
    if (surely !== undefined) return [{ of, isSure: true, word: surely }];
    return usually === undefined ? [] : [{ of, isSure: false, word: usually }];
  });
}

const byBaseType: Readonly<Record<string, CostClass>> = {
  labor: "labor",
  equipment: "equipment",
  materials: "material",
  commitment: "subcontract",
  professional_services: "services",
};

/** Procore answers `other` for a base type of labor too (procore 4.12), so that the name counts first and `other` says nothing by itself. */
export function classOfType({ name, baseType }: { name: string; baseType: string }): CostClass | undefined {
  const found = classesOf(name);
  const [first, ...more] = found.some(({ isSure }) => isSure) ? found.filter(({ isSure }) => isSure) : found;
  if (first) return more.length === 0 ? first.of : undefined;
  return Object.hasOwn(byBaseType, baseType) ? byBaseType[baseType] : undefined;
}
