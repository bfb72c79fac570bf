/**
 * ISO 3166: which countries there are and, for those that construction groups of the sandbox live in, which states. procore 4.2 [A, C]:
 * codes are alpha-2 and the state must belong to the country. A country without a list here takes any state of one to three characters.
 */
const countries = new Set(
  (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR " +
    "CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID " +
    "IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS " +
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL " +
    "SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
  ).split(" "),
);

const listOf = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const statesOf: Readonly<Record<string, ReadonlySet<string>>> = {
  US: listOf(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP",
  ),
  CA: listOf("AB BC MB NB NL NS NT NU ON PE QC SK YT"),
  DE: listOf("BW BY BE BB HB HH HE MV NI NW RP SL SN ST SH TH"),
  GB: listOf("ENG SCT WLS NIR"),
  AU: listOf("ACT NSW NT QLD SA TAS VIC WA"),
  // ISO 3166-2 numbers, not SAP's region numbers with their leading zero where ISO has it too: Hokkaido is 01 in both.
  JP: new Set(Array.from({ length: 47 }, (_, index) => String(index + 1).padStart(2, "0"))),
  FR: listOf("ARA BFC BRE CVL COR GES HDF IDF NOR NAQ OCC PDL PAC"),
};

export const isCountry = (code: string): boolean => countries.has(code);

export function isStateOf(country: string | null, state: string): boolean {
  if (country === null) return false;
  const states = statesOf[country];
  return states === undefined ? /^[A-Z0-9]{1,3}$/.test(state) : states.has(state);
}
