import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { en } from './en'
import { plain } from './plain'

export const languages = { en: 'English', es: 'Español' }
const kept = 'pedigree.language'

const first = () => {
  const wish = localStorage.getItem(kept) ?? navigator.language.slice(0, 2)
  return wish in languages ? wish : 'en'
}

// Other languages than English are loaded when somebody reads them.
async function load(language: string) {
  if (language !== 'es') return
  const { es } = await import('./es')
  i18next.addResourceBundle('es', 'translation', es, true, true)
}

export async function startWords() {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: first(),
    fallbackLng: 'en',
    interpolation: { escapeValue: false }, // React escapes what it shows
    keySeparator: '.',
    returnObjects: true,
  })
  await load(i18next.language)
  document.documentElement.lang = i18next.language
}

export async function speak(language: string) {
  localStorage.setItem(kept, language)
  await load(language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

/** useWords gives the sentences of the present language. */
export function useWords() {
  const { t } = useTranslation()
  return t
}

export type Says = { text: string; next: string; lang?: string }

/** rule is what a rule of the node says in the present language; English comes from the node itself, and stands in for a language that has no sentence. */
export function rule(name: string, text: string, next: string): Says {
  const own = (i18next.getResource(i18next.language, 'translation', 'rules') ?? {}) as Record<
    string,
    { text: string; next: string }
  >
  return own[name] ?? { text: plain(text), next: plain(next), lang: langOfNode() }
}

/** scenario is what is wrong in a case, by the scenario's number. */
export function scenario(number: string, what: string): string {
  const own = i18next.getResource(i18next.language, 'translation', 'scenarios') as Record<string, string> | undefined
  const text = own?.[number] ?? what
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** langOfNode is the language attribute of a text that the node wrote: English, where the page speaks another. */
export const langOfNode = () => (i18next.language === 'en' ? undefined : 'en')
