// The sentences of one area of the console stand beside its screens and are loaded with
// them, so that the first screen stays small.
import i18next from 'i18next'

type Texts = { [key: string]: string | Texts }
type Shape<T> = { [K in keyof T]: T[K] extends string ? string : Shape<T[K]> }

export type Area<T extends Texts = Texts> = { name: string; en: T; es: Shape<T> }

/** area adds the sentences of an area under its name: `area('receive', { en, es })` makes `t('receive.title')` known. */
export function area<T extends Texts>(name: string, words: { en: T; es: Shape<T> }): Area<T> {
  for (const language of ['en', 'es'] as const)
    i18next.addResourceBundle(language, 'translation', { [name]: words[language] }, true, true)
  return { name, ...words }
}
