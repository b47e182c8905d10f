// Light, dark or as the device; roomy or dense rows. Kept in this browser only.

export type Look = { theme: 'system' | 'light' | 'dark'; density: 'roomy' | 'dense' }
const kept = 'pedigree.look'

export function look(): Look {
  try {
    return { theme: 'system', density: 'roomy', ...JSON.parse(localStorage.getItem(kept) ?? '{}') }
  } catch {
    return { theme: 'system', density: 'roomy' }
  }
}

export function applyLook(change: Partial<Look> = {}) {
  const now = { ...look(), ...change }
  localStorage.setItem(kept, JSON.stringify(now))
  document.documentElement.dataset.theme = now.theme
  document.documentElement.dataset.density = now.density
}
