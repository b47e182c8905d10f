/** waited is for how long something waits, in the largest words that fit: days, hours with minutes, minutes. */
export function waited(since: string, now: number): { days?: number; hours?: number; minutes?: number } {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60_000))
  if (minutes >= 48 * 60) return { days: Math.floor(minutes / (24 * 60)) }
  if (minutes >= 60) return { hours: Math.floor(minutes / 60), minutes: minutes % 60 }
  return { minutes }
}
