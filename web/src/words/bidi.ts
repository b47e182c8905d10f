// Names that are written from right to left, or pretend to be, beside words of the console.

const controls = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g // what turns the direction of all that follows it
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/

/** isolated is a name as a part of a sentence: it keeps its own direction, and turns nobody else's (Unicode UAX 9). */
export function isolated(name: string): string {
  const text = name.replace(controls, '')
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text
}
