// The console in Spanish on a real node: from a scan to its journey, its case, a refusal, a
// file and the documents, no sentence of the node or of the console stands in English unless
// it is marked so.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { launch, look } from './browser.mjs'
import { gtin, lot, make, manufacturer, path, serial } from './goods.mjs'
import { Node } from './node.mjs'
import { open, signedIn } from './people.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const web = join(root, 'web')
const shortest = 12 // letters: below, words of both languages are too often the same
let node, browser, dir, person, english

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pedigree-spanish-'))
  english = await sentences()
  ;[node, browser] = await Promise.all([Node.start(...manufacturer), launch()])
  await make(node, 3)
  person = await signedIn(browser, node)
  await person.page.evaluate(() => localStorage.setItem('pedigree.language', 'es'))
})
after(async () => {
  await browser?.close()
  await node?.stop()
  rmSync(dir, { recursive: true, force: true })
})
afterEach(() => assert.deepEqual(person.faults.splice(0), [], 'a browser had something against a page'))

// words are the sentences of every page and of every area of the console, in both languages.
async function words() {
  const { rolldown } = await import(pathToFileURL(createRequire(join(web, 'package.json')).resolve('rolldown')))
  const areas = readdirSync(join(web, 'src'), { recursive: true }).filter((f) => /(?:screens|parts)\/.*\bwords\.ts$/.test(f))
  const entry = `export { en } from './src/words/en'; export { es } from './src/words/es'
    ${areas.map((f, n) => `import { words as a${n} } from './src/${f}'`).join('\n')}
    export const areas = [${areas.map((_, n) => `a${n}`).join()}]`
  const bundle = await rolldown({
    input: 'entry.ts', cwd: web, platform: 'node', logLevel: 'silent',
    plugins: [{
      name: 'words alone', // an area hands its sentences to i18next when it is loaded: here nobody takes them
      resolveId: (id) => (id === 'entry.ts' || id === 'i18next' ? join(web, id) : undefined),
      load: (id) => ({ [join(web, 'entry.ts')]: entry, [join(web, 'i18next')]: 'export default { addResourceBundle() {} }' })[id],
    }],
  })
  const file = join(dir, 'words.mjs')
  await bundle.write({ file, codeSplitting: false })
  await bundle.close()
  return import(pathToFileURL(file))
}

const leaves = (tree) => Object.values(tree ?? {}).flatMap((v) => (typeof v === 'string' ? [v] : leaves(v)))
const parts = (text) => text.split(/{{?\w+}}?/).map((part) => part.toLowerCase().replace(/^[\s.,:;]+|[\s.,:;]+$/g, ''))

// sentences are what the console and the node say in English, where Spanish says it otherwise;
// of one with values in it, what stands between them.
async function sentences() {
  const { en, es, areas } = await words()
  const sayings = JSON.parse(readFileSync(join(root, 'schema/sayings.json'), 'utf8'))
  const spanish = [es, ...areas.map((a) => a.es)].flatMap(leaves).join('\n').toLowerCase()
  const all = [en, ...areas.map((a) => a.en), sayings].flatMap(leaves).flatMap(parts)
  const kept = [...new Set(all)].filter((s) => s.replace(/[^a-z]/g, '').length > shortest && !spanish.includes(s))
  assert.ok(kept.length > 1000, `only ${kept.length} sentences are looked for`)
  return kept
}

// unmarked is the text of the page's main region outside what is marked as English.
const unmarked = () => person.page.locator('main').evaluate((main) => {
  const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
  const lines = []
  for (let n = walk.nextNode(); n; n = walk.nextNode()) if (!n.parentElement.closest('[lang="en"], pre, textarea, code')) lines.push(n.data)
  return lines.join(' ').replace(/\s+/g, ' ')
})

// speaksSpanish holds a page against every English sentence, and against the rules of all pages.
async function speaksSpanish(where) {
  const text = (await unmarked()).toLowerCase()
  assert.deepEqual(english.filter((s) => text.includes(s)), [], `${where} says in English, and doesn't mark it`)
  assert.deepEqual(await look(person, `${where} in Spanish`), [])
}

const main = (text) => person.page.locator('main').getByText(text, { exact: false }).first()

test('a scan, and its journey by steps', async () => {
  await open(person, `/scan?item=${path(1)}`, 'Escanear y verificar')
  await main('El libro prueba quién lo hizo').waitFor()
  await speaksSpanish('a scan')
  await open(person, `/journey?id=${path(1)}`, 'Recorrido')
  await main('Número de serie asignado').waitFor()
  await main('en existencias').waitFor()
  await speaksSpanish('a journey')
})

test('a case with its evidence, the tasks and the form of suspect product', async () => {
  await open(person, `/scan?item=${encodeURIComponent(`(01)${gtin}(21)${serial(2)}(10)OTHER`)}`, 'Escanear y verificar')
  await main('difieren de lo que declaró el fabricante').waitFor()
  await speaksSpanish('a scan that contradicts')
  const [k] = await node.must('GET', '/api/v1/cases')
  await open(person, '/cases', 'Casos')
  await main('El producto es sospechoso').waitFor()
  await speaksSpanish('the cases')
  await node.must('POST', `/api/v1/cases/${k.id}/escalate`, { reason: 'otra etiqueta' })
  await open(person, `/cases/${k.id}`, 'El producto es sospechoso')
  for (const says of ['se escaneó: ALTO', 'Marcado como retenido y sospechoso: otra etiqueta', 'Mantenga la mercancía en cuarentena']) await main(says).waitFor()
  await person.page.locator('summary', { hasText: 'Formulario FDA 3911' }).click()
  await main('Forma farmacéutica').waitFor()
  assert.equal(await main('Dosage form').getAttribute('lang'), 'en') // the form itself is handed in in English
  await speaksSpanish('a case')
})

test('a refusal says what is so and what to do, and folds what the node said', async () => {
  await person.page.goto(`${node.origin}/console/cases/999`)
  const fault = person.page.getByRole('alert')
  await fault.getByText('No hay ningún caso con ese número.').waitFor()
  await fault.getByText('Compruebe el número').waitFor()
  const said = fault.locator('details')
  assert.equal(await said.getAttribute('open'), null)
  await said.getByText('Lo que dijo el nodo').click()
  assert.equal(await said.locator('[lang="en"]').count(), 1)
  await speaksSpanish('a refusal')
  person.faults.splice(0) // the browser notes the answer 404, which is what is tested
})

test('a file with findings, and what its conversion loses', async () => {
  await open(person, '/file', 'Probar un archivo')
  const at = '2026-01-31T13:45:00.000-05:00'
  const file = join(dir, 'sensor.jsonld')
  writeFileSync(file, JSON.stringify({
    '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'], type: 'EPCISDocument', schemaVersion: '2.0', creationDate: at,
    epcisBody: { eventList: [{
      type: 'ObjectEvent', action: 'OBSERVE', bizStep: 'shipping', eventTime: at, eventTimeZoneOffset: '-05:00', epcList: [`urn:epc:id:sgtin:0399991.012345.${serial(1)}`],
      persistentDisposition: { set: ['completeness_verified'] }, sensorElementList: [{ sensorReport: [{ type: 'Temperature', value: 5, uom: 'CEL' }] }],
    }] },
  }))
  await person.page.locator('input[type=file]').first().setInputFiles(file)
  await person.page.locator('.finding').first().waitFor()
  await speaksSpanish('the findings of a file')
  await person.page.getByRole('tab', { name: 'Convertir' }).click()
  await person.page.getByRole('button', { name: 'Ver qué se perdería' }).click()
  await main('Los datos de sensores vinieron con EPCIS 2.0; se omiten.').waitFor()
  await speaksSpanish('a conversion')
})

test('documents, what they can not speak of, and the inbox', async () => {
  await open(person, `/documents?lot=${lot}`, 'Documentos')
  await main('por otras vías, como en papel').waitFor()
  await speaksSpanish('documents')
  await open(person, '/', 'Bandeja')
  await speaksSpanish('the inbox')
})
