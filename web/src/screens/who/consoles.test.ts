import { expect, test } from 'vitest'
import { consoleAt, withConsole } from './consoles'

test('an address as it is typed is that of a console, and a script is none', () => {
  expect(consoleAt('pedigree.example.org')).toBe('https://pedigree.example.org/console/')
  expect(consoleAt(' http://127.0.0.1:8481/console/goods?lot=1 ')).toBe('http://127.0.0.1:8481/console/')
  expect(consoleAt('javascript:alert(1)')).toBeUndefined()
  expect(consoleAt('')).toBeUndefined()
})

test('an address is kept once, with its newest name', () => {
  const url = 'https://a.example.org/console/'
  expect(withConsole([{ name: 'A', url }], { name: ' B ', url })).toEqual([{ name: 'B', url }])
})
