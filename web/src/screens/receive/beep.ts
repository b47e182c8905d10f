// What a clerk hears: the eyes are on the pallet, not on the screen.
const sounds: Record<string, { hertz: number[]; shake: number[] }> = {
  ok: { hertz: [880], shake: [40] },
  again: { hertz: [880, 880], shake: [40, 40, 40] },
  unexpected: { hertz: [440, 440], shake: [120, 60, 120] },
  stop: { hertz: [220, 220, 220], shake: [200, 80, 200, 80, 200] },
  unread: { hertz: [330], shake: [120] },
}

/** beep is heard and felt once per scan; a browser lets a page sound only after somebody touched it. */
export function beep(name: string) {
  const s = sounds[name] ?? sounds.unread
  if (!s || !navigator.userActivation?.hasBeenActive) return
  navigator.vibrate?.(s.shake)
  if (typeof AudioContext === 'undefined') return
  const audio = new AudioContext()
  if (audio.state === 'running')
    s.hertz.forEach((hertz, i) => {
      const o = audio.createOscillator()
      o.frequency.value = hertz
      o.connect(audio.destination)
      o.start(audio.currentTime + i * 0.16)
      o.stop(audio.currentTime + i * 0.16 + 0.1)
    })
  setTimeout(() => void audio.close(), 1500)
}
