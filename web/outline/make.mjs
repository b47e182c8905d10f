// Makes the outline map of the console's journeys from two files in TopoJSON:
//
//   node web/outline/make.mjs countries-110m.json states-10m.json web/src/screens/journey/outline.json
//
// The first holds the borders of countries as Natural Earth has them at 1 : 110 million
// (public domain), the second those of the states of the US as the Census Bureau has them
// (a work of the US government, public domain); README.md beside this says where they are.
// Out come the lines as paths in tenths of a degree, x to the east and y to the south, and
// for each code of a country or state a point in its middle.
import { readFileSync, writeFileSync } from 'node:fs'

const [, , countriesFile, statesFile, out] = process.argv
const tolerance = { countries: 0.25, states: 0.1 } // degrees by which a line may leave its true way

// lines are the arcs of a topology in degrees (TopoJSON, section 2.1.3).
function lines({ arcs, transform: { scale, translate } }) {
  return arcs.map((arc) => {
    let [x, y] = [0, 0]
    return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]])
  })
}

// simpler leaves points out that lie nearly on the line between others (Douglas and Peucker, 1973).
function simpler(line, most) {
  if (line.length < 3) return line
  const [a, b] = [line[0], line.at(-1)]
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const length = Math.hypot(dx, dy)
  let [far, at] = [0, 0]
  line.forEach(([x, y], i) => {
    const off = length ? Math.abs(dy * (x - a[0]) - dx * (y - a[1])) / length : Math.hypot(x - a[0], y - a[1])
    if (off > far) [far, at] = [off, i]
  })
  if (far <= most) return [a, b]
  return [...simpler(line.slice(0, at + 1), most).slice(0, -1), ...simpler(line.slice(at), most)]
}

// pieces ends a line where it goes around the back of the globe or along its lower edge.
function pieces(line) {
  const list = [[]]
  line.forEach((p, i) => {
    const before = line[i - 1]
    if (before && (Math.abs(p[0] - before[0]) > 180 || (p[1] < -89 && before[1] < -89))) list.push([])
    list.at(-1).push(p)
  })
  return list.filter((piece) => piece.length > 1)
}

// pathOf writes lines as one path with whole numbers, each step from the point before it.
function pathOf(list, most) {
  let text = ''
  for (const line of list.flatMap(pieces)) {
    let before
    let part = ''
    for (const [lon, lat] of simpler(line, most)) {
      const p = [Math.round(lon * 10), Math.round(-lat * 10)]
      if (!before) part = `M${p[0]} ${p[1]}l`
      else if (p[0] !== before[0] || p[1] !== before[1]) {
        const [dx, dy] = [p[0] - before[0], p[1] - before[1]]
        part += `${/[l]$/.test(part) || dx < 0 ? '' : ' '}${dx}${dy < 0 ? '' : ' '}${dy}`
      }
      before = p
    }
    if (!part.endsWith('l')) text += part
  }
  return text
}

// middle is the centre of gravity of the largest ring of an area.
function middle(geometry, all) {
  const rings = (geometry.type === 'Polygon' ? [geometry.arcs] : geometry.arcs).map(([outer]) =>
    outer.flatMap((i) => (i < 0 ? [...all[~i]].reverse() : all[i])))
  const measured = rings.map((ring) => {
    let [area, x, y] = [0, 0, 0]
    ring.forEach(([x0, y0], i) => {
      const [x1, y1] = ring[(i + 1) % ring.length]
      const cross = x0 * y1 - x1 * y0
      area += cross
      x += (x0 + x1) * cross
      y += (y0 + y1) * cross
    })
    return { area: Math.abs(area), at: [x / (3 * area), y / (3 * area)] }
  })
  const { at } = measured.reduce((a, b) => (b.area > a.area ? b : a))
  return at.map((v) => Math.round(v * 10) / 10)
}

const read = (name) => JSON.parse(readFileSync(name, 'utf8'))
const [world, us] = [read(countriesFile), read(statesFile)]
const [worldLines, usLines] = [lines(world), lines(us)]
const at = {}

// Codes of countries (ISO 3166-1) by their English names, which are all that the first file has.
const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
const codes = new Map()
for (let a = 65; a <= 90; a++) for (let b = 65; b <= 90; b++) {
  const code = String.fromCharCode(a, b)
  const name = names.of(code)
  if (name && new Intl.Locale(`und-${code}`).region === code) codes.set(name, code) // not a code that another one replaced
}
const others = {
  'United States of America': 'US', 'Dem. Rep. Congo': 'CD', Congo: 'CG', 'Dominican Rep.': 'DO', 'Central African Rep.': 'CF', 'Eq. Guinea': 'GQ',
  eSwatini: 'SZ', 'S. Sudan': 'SS', "Côte d'Ivoire": 'CI', 'Bosnia and Herz.': 'BA', Macedonia: 'MK', 'Solomon Is.': 'SB', 'Falkland Is.': 'FK',
  'Fr. S. Antarctic Lands': 'TF', 'W. Sahara': 'EH', Myanmar: 'MM', Palestine: 'PS', Turkey: 'TR', Czechia: 'CZ', 'Trinidad and Tobago': 'TT', Taiwan: 'TW',
}
for (const g of world.objects.countries.geometries) {
  const code = others[g.properties.name] ?? codes.get(g.properties.name)
  if (code) at[code] = middle(g, worldLines)
}

// Postal codes of the states by their numbers (FIPS 5-2).
const postal = '01AL02AK04AZ05AR06CA08CO09CT10DE11DC12FL13GA15HI16ID17IL18IN19IA20KS21KY22LA23ME24MD25MA26MI27MN28MS29MO30MT31NE32NV33NH34NJ35NM36NY37NC38ND39OH40OK41OR42PA44RI45SC46SD47TN48TX49UT50VT51VA53WA54WV55WI56WY72PR'
for (const g of us.objects.states.geometries) {
  const found = new RegExp(`^(?:....)*${g.id}(..)`).exec(postal)
  if (found) at[`US-${found[1]}`] = middle(g, usLines)
}
at.US = [-98.6, 39.8] // of the 48 states and the district, where nearly all of its places are

// The outer lines of the states are those of their country: the coarser ones of the first file are left out.
const used = (geometries) => {
  const count = new Map()
  for (const g of geometries) for (const i of new Set(g.arcs.flat(3).map((a) => (a < 0 ? ~a : a)))) count.set(i, (count.get(i) ?? 0) + 1)
  return count
}
const ownArcs = used(world.objects.countries.geometries.filter((g) => others[g.properties.name] === 'US'))
const stateArcs = used(us.objects.states.geometries)
const countries = pathOf(worldLines.filter((_, i) => !ownArcs.has(i)), tolerance.countries) + pathOf(usLines.filter((_, i) => stateArcs.get(i) === 1), tolerance.states)
const states = pathOf(usLines.filter((_, i) => stateArcs.get(i) > 1), tolerance.states)
const text = JSON.stringify({ countries, states, at })
writeFileSync(out, `${text}\n`)
console.log(`${text.length} bytes, ${Object.keys(at).length} places`)
