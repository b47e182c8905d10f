// What the node's checks say of a partner, put into the console's three words. Nothing is
// judged here: a word that is not the node's own is CAN'T TELL.
import type { Schemas } from '../../api/client'
import type { Word } from '../../parts/word'

export type Partner = Schemas['PartnerPartner']
export type Site = Schemas['PartnerSite']
export type Standing = Schemas['PartnerStanding']
export type Authority = Schemas['PartnerAuthority']

/** roles are those in which somebody can be an authorised trading partner. */
export const roles = ['manufacturer', 'repackager', 'wholesaler', 'logistics', 'dispenser'] as const

/** rolesOf reads the names of roles, which have commas between them. */
export const rolesOf = (text: string) => text.split(',').filter(Boolean)

export const lightOf = (word: string | undefined): Word =>
  word === 'authorised' ? 'ok' : word === 'not-authorised' ? 'stop' : 'tell'

/** SiteStanding is a site with what the checks say of its roles. */
export type SiteStanding = { gln: string; word: Word; standings: Standing[] }

/** bySite puts standings together by site. One authorised role is enough there, as it is when goods are received. */
export function bySite(standings: readonly Standing[]): SiteStanding[] {
  const glns = [...new Set(standings.map((s) => s.gln ?? ''))]
  return glns.map((gln) => {
    const own = standings.filter((s) => (s.gln ?? '') === gln)
    const words = own.map((s) => lightOf(s.authority.word))
    return { gln, word: words.includes('ok') ? 'ok' : words.includes('stop') ? 'stop' : 'tell', standings: own }
  })
}

/** Whole is a partner's light with how many sites it rests on. */
export type Whole = { word: Word; sites: number; authorised: number; refused: number }

/** wholeOf is OK when every site is, STOP when one is stopped, and else CAN'T TELL. */
export function wholeOf(standings: readonly Standing[]): Whole {
  const sites = bySite(standings)
  const authorised = sites.filter((s) => s.word === 'ok').length
  const refused = sites.filter((s) => s.word === 'stop').length
  const word = refused > 0 ? 'stop' : sites.length > 0 && authorised === sites.length ? 'ok' : 'tell'
  return { word, sites: sites.length, authorised, refused }
}

/** isShutOut tells that the network itself suspended or removed the partner. */
export const isShutOut = (a: Authority) => (a.grounds ?? []).some((g) => g.kind === '')

/** nextOf names the sentence of what to do about an answer; none when all is well. */
export function nextOf(a: Authority, site: Site | undefined): string | undefined {
  if (a.word === 'authorised') return undefined
  if (isShutOut(a)) return 'shutOut'
  if (a.word === 'not-authorised') return 'refused'
  const needs = a.needs ?? []
  if (!site) return 'site'
  if (!site.address.country) return 'place'
  if (needs.some((n) => !n.state)) return site.facility || (site.keys ?? []).length > 0 ? 'list' : 'match'
  return 'newer'
}

const noonMs = 12 * 3_600_000

/** momentOn is a moment of a day at a place, near its noon: midday of UTC is another day already beside the date line. */
export function momentOn(day: string, zone: string | undefined): string | undefined {
  const noon = Date.parse(`${day}T12:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(noon)) return undefined
  const dayAt = (at: number) =>
    new Intl.DateTimeFormat('en-CA', { timeZone: zone || 'UTC', dateStyle: 'short' }).format(at).replaceAll('/', '-')
  const found = [0, -noonMs, noonMs].map((off) => noon + off).find((at) => dayAt(at) === day)
  return new Date(found ?? noon).toISOString()
}

/** endOf is the last moment of a day where the reader is. */
export function endOf(day: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined
  const at = new Date(`${day}T23:59:59.999`)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/** placeOf writes where a site is, on one line. */
export const placeOf = ({ address: a }: Site) =>
  [a.street1, a.street2, [a.city, a.state, a.postal].filter(Boolean).join(' '), a.country].filter(Boolean).join(', ')
