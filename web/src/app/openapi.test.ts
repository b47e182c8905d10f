import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addressOf, type Document, kindOf, modulesOf, resolve, words } from './openapi'

const document = JSON.parse(readFileSync(new URL('../../../schema/openapi.json', import.meta.url), 'utf8')) as Document
const modules = modulesOf(document)

describe('the node’s own description', () => {
  it('shows every list that it has, with columns and a way to the details', () => {
    const ids = modules.lists.map((l) => l.id)
    for (const id of [
      'list-cases',
      'list-docks',
      'list-documents',
      'list-inventory',
      'list-partners',
      'list-shipments',
      'list-organisations',
      'read-audit',
      'list-products',
    ])
      expect(ids).toContain(id)
    for (const l of modules.lists) expect(l.columns.length, l.id).toBeGreaterThan(0)
    expect(modules.lists.find((l) => l.id === 'list-cases')).toMatchObject({
      page: 'before',
      key: 'id',
      rows: '',
      detail: { id: 'get-case' },
    })
    expect(modules.lists.find((l) => l.id === 'list-inventory')).toMatchObject({ page: 'cursor', rows: 'rows' })
  })

  it('leaves no operation out: each is a list, a detail, an act or an answer that can be asked for by its values', () => {
    const operations = Object.values(document.paths).flatMap((m) => Object.keys(m))
    expect(modules.byId.size).toBe(operations.length)
    for (const act of modules.acts) {
      expect(act.method).not.toBe('GET')
      expect(act.permission, act.id).not.toBe('')
    }
  })

  it('follows references and knows lists that may be null', () => {
    expect(kindOf({ type: ['array', 'null'] })).toBe('array')
    expect(kindOf(resolve(document, { $ref: '#/components/schemas/CaseCase' }))).toBe('object')
    expect(resolve(document, { $ref: '#/components/schemas/NoSuch' })).toEqual({})
  })

  it('puts values into addresses as they are', () => {
    const get = modules.byId.get('get-case')
    if (!get) throw new Error('get-case is gone')
    expect(addressOf(get, { id: 'a/b ?' })).toBe('/api/v1/cases/a%2Fb%20%3F')
    const list = modules.byId.get('list-cases')
    if (!list) throw new Error('list-cases is gone')
    expect(addressOf(list, { state: 'open', org: '', before: '7' })).toBe('/api/v1/cases?state=open&before=7')
  })

  it('writes names for people', () => {
    expect(words('block_time')).toBe('Block time')
    expect(words('gtin')).toBe('GTIN')
    expect(words('seller_gln')).toBe('Seller GLN')
    expect(words('ids')).toBe('Ids')
  })
})
