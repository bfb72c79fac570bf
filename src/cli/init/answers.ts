/**
 * What `init` must know, each with its flag and its question. Secrets have no flag, since a process list shows flags: they come from the
 * environment or are typed. Values are only gathered here; the configuration's own schema says whether they can be used.
 */
import { secretNames, secretVariableOf } from "../wiring/places.ts";

export type Answers = {
  connection: string;
  sapUrl: string;
  sapSystem: string;
  sapClient: string;
  sapUser: string;
  timeZone: string;
  procoreUrl: string;
  procoreAuthUrl: string;
  company: string;
  clientId: string;
  accountGroups: string;
  companyCodes: string;
  sapPassword: string;
  clientSecret: string;
};
export type AnswerName = keyof Answers;
export type Given = Partial<Answers>;

export type Question = {
  name: AnswerName;
  /** Without dashes; undefined for a secret. */
  flag?: string;
  text: string;
  example?: string;
  /** Taken where nobody is asked. */
  otherwise?: string;
};

export const questions: readonly Question[] = [
  { name: "connection", flag: "connection", text: "Name of the connection", otherwise: "main" },
  {
    name: "sapUrl",
    flag: "sap-url",
    text: "Address of SAP's SOAP service",
    example: "https://sapecc.example.com:44300/sap/bc/soap/rfc",
  },
  { name: "sapSystem", flag: "sap-system", text: "SAP system id", example: "PRD" },
  { name: "sapClient", flag: "sap-client", text: "SAP client", example: "100" },
  { name: "sapUser", flag: "sap-user", text: "SAP user (read only)", example: "MLCONNECT" },
  {
    name: "timeZone",
    flag: "time-zone",
    text: "SAP system time zone, such as Europe/Berlin, or minutes east of UTC",
    otherwise: "UTC",
  },
  { name: "companyCodes", flag: "company-codes", text: "Company codes, parted by commas; empty for all", otherwise: "" },
  {
    name: "accountGroups",
    flag: "account-groups",
    text: "Vendor account groups to keep, parted by commas",
    example: "KRED,LIEF",
  },
  { name: "procoreUrl", flag: "procore-url", text: "Procore's API", otherwise: "https://api.procore.com" },
  { name: "procoreAuthUrl", flag: "procore-auth-url", text: "Procore's logon", otherwise: "https://login.procore.com" },
  { name: "company", flag: "procore-company", text: "Procore company id", example: "4711" },
  { name: "clientId", flag: "procore-client-id", text: "Client id of the Procore app" },
  { name: "sapPassword", text: "SAP password" },
  { name: "clientSecret", text: "Client secret of the Procore app" },
];

export const secretQuestions: readonly Question[] = questions.filter(({ flag }) => flag === undefined);

export function secretNameOf(name: AnswerName, connection: string): string {
  return name === "sapPassword" ? secretNames.sapPassword(connection) : secretNames.procoreClientSecret(connection);
}

export function secretsFromEnvironment(connection: string, env: NodeJS.ProcessEnv): Given {
  const found = secretQuestions.flatMap(({ name }) => {
    const value = env[secretVariableOf(secretNameOf(name, connection))];
    return value ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}

/** How to give each answer that is missing where nobody can be asked. */
export function missingSentence(missing: readonly Question[], connection: string): string {
  const ways = missing.map(({ name, flag }) =>
    flag === undefined ? `the variable ${secretVariableOf(secretNameOf(name, connection))}` : `--${flag}`,
  );
  return `This is no terminal to ask at, so give also ${ways.join(", ")}.`;
}
