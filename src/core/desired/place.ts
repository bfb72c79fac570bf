/**
 * Country and state of an address as Procore takes them: ISO 3166 alpha-2, and a subdivision of that country (procore 4.2 [A]). SAP's keys are
 * Customizing: LAND1 mostly is the ISO code, but SAP's own help says not to rely on it (T005-INTCA [A]); REGIO mostly is not. What cannot be told
 * is left out and said, never guessed; a customer's own keys stand in the settings, which count first.
 */

export type PlaceSettings = {
  /** SAP's LAND1 to ISO, where they differ. */
  readonly countries: Readonly<Record<string, string>>;
  /** By ISO country: SAP's REGIO to the ISO subdivision, without the country before it. */
  readonly regions: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export type Place = { readonly country?: string; readonly state?: string; readonly leftOut: readonly string[] };

const isoCountries = new Set(
  (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN " +
    "CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM " +
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK " +
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW " +
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI " +
    "VN VU WF WS YE YT ZA ZM ZW"
  ).split(" "),
);

const same = (codes: string) => Object.fromEntries(codes.split(" ").map((code) => [code, code]));

/**
 * T005S as SAP delivers it, where it is plain [D: from the delivered Customizing as known, to be compared with the customer's T005S]: the letters of
 * the United States, Canada and Australia and the numbers of Japan's prefectures are ISO's; Germany's are the official keys of its Länder.
 */
const deliveredRegions: PlaceSettings["regions"] = {
  US: same(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP",
  ),
  CA: same("AB BC MB NB NL NS NT NU ON PE QC SK YT"),
  AU: same("ACT NSW NT QLD SA TAS VIC WA"),
  JP: Object.fromEntries(
    Array.from({ length: 47 }, (_, index) => String(index + 1).padStart(2, "0")).map((code) => [code, code]),
  ),
  DE: {
    "01": "SH",
    "02": "HH",
    "03": "NI",
    "04": "HB",
    "05": "NW",
    "06": "HE",
    "07": "RP",
    "08": "BW",
    "09": "BY",
    "10": "SL",
    "11": "BE",
    "12": "BB",
    "13": "MV",
    "14": "SN",
    "15": "ST",
    "16": "TH",
  },
};

function own<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map && Object.hasOwn(map, key) ? map[key] : undefined;
}

export function readPlace({ country, region }: { country: string; region: string }, settings: PlaceSettings): Place {
  if (country === "") return { leftOut: region === "" ? [] : [`region "${region}" without a country`] };
  const iso = own(settings.countries, country) ?? country;
  if (!isoCountries.has(iso)) {
    const regionText = region === "" ? [] : [`region "${region}" of ${country}`];
    return { leftOut: [`country "${country}", which is no ISO code`, ...regionText] };
  }
  if (region === "") return { country: iso, leftOut: [] };
  const state = own(own(settings.regions, iso), region) ?? own(own(deliveredRegions, iso), region);
  if (state === undefined) return { country: iso, leftOut: [`region "${region}" of ${iso}`] };
  return { country: iso, state, leftOut: [] };
}
