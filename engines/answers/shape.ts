// The forms that answers of agents have, by name: what is asked for, what is checked, how sure it is.
import type { z } from 'zod';
import { type Change, changeSchema, checkChange } from './change.ts';
import { checkChoice, type Choice, choiceSchema, optionsOf } from './choice.ts';
import type { Grounds } from './evidence.ts';
import { checkSignals, type Signals, signalsSchema } from './signals.ts';

export type ShapeName = 'choice' | 'signals' | 'change';

export interface Shape<Value> {
  readonly schema: z.ZodType<Value>;
  /** The answer with what holds of it. `confidence` 0..1: of signals, 1, since each stands on its own page. */
  check(answer: Value, grounds: Grounds): { readonly answer: unknown; readonly confidence: number };
}

/** Nothing where the question can not be asked: a choice without options. */
export function shapeOf(name: ShapeName, input: Readonly<Record<string, unknown>>): Shape<unknown> | undefined {
  switch (name) {
    case 'choice': {
      const options = optionsOf(input);
      return options.length === 0 ? undefined : erased<Choice>({ schema: choiceSchema(options), check: rated(checkChoice) });
    }
    case 'signals':
      return erased<Signals>({
        schema: signalsSchema,
        check: (answer, { input: about }) => ({ answer: checkSignals(answer, about), confidence: 1 }),
      });
    case 'change':
      return erased<Change>({ schema: changeSchema, check: rated(checkChange) });
    default:
      return name satisfies never;
  }
}

function rated<Value, Checked extends { readonly confidence: number }>(check: (answer: Value, grounds: Grounds) => Checked) {
  return (value: Value, grounds: Grounds) => {
    const answer = check(value, grounds);
    return { answer, confidence: answer.confidence };
  };
}

/** Who asks by name does not know the type; what is checked is what the schema gave. */
function erased<Value>({ schema, check }: Shape<Value>): Shape<unknown> {
  return { schema, check: (answer, grounds) => check(answer as Value, grounds) };
}
