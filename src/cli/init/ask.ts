/** Asks at a terminal for what the flags did not give. A person who cancels has changed nothing. */
import { isCancel, password, text } from "@clack/prompts";
import { UsageError } from "../exit-codes.ts";
import { type Answers, type Given, missingSentence, type Question } from "./answers.ts";

async function askOne({ flag, text: message, example, otherwise }: Question): Promise<string> {
  const validate = (value: string | undefined) => ((value ?? "") === "" && otherwise === undefined ? "Needed." : undefined);
  const answer =
    flag === undefined
      ? await password({ message, validate })
      : await text({
          message,
          validate,
          ...(example === undefined ? {} : { placeholder: example }),
          ...(otherwise === undefined ? {} : { initialValue: otherwise, defaultValue: otherwise }),
        });
  if (isCancel(answer)) throw new UsageError("Cancelled; nothing was written.");
  return answer;
}

/** Answers by name for all the questions. Where nobody can be asked, a missing one is an error that says how to give it. */
export async function completeAnswers(
  asked: readonly Question[],
  given: Given,
  { canAsk, connection }: { canAsk: boolean; connection: string },
): Promise<Given> {
  const answers: Given = { ...given };
  const missing = asked.filter(({ name, otherwise }) => answers[name] === undefined && (canAsk || otherwise === undefined));
  if (!canAsk && missing.length > 0) throw new UsageError(missingSentence(missing, connection));
  for (const question of asked) {
    if (answers[question.name] !== undefined) continue;
    answers[question.name] = canAsk ? await askOne(question) : (question.otherwise ?? "");
  }
  return answers;
}

export function isComplete(given: Given, asked: readonly Question[]): given is Answers {
  return asked.every(({ name }) => given[name] !== undefined);
}
