import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { asProgram } from './asProgram'
import type { Operation } from './openapi'

const act = (more: Partial<Operation>): Operation => ({
  id: 'a',
  method: 'POST',
  path: '/api/v1/cases/{id}/notes',
  summary: '',
  description: '',
  permission: '',
  parameters: [{ name: 'id', in: 'path', schema: {} }],
  file: false,
  files: [],
  ...more,
})

// sent is what a shell gives to a program for it, in place of curl.
const sent = (line: string) =>
  execFileSync('sh', ['-c', line.replace(/^curl/, "printf '%s\\n'")], {
    encoding: 'utf8',
    env: { PEDIGREE_TOKEN: 'T' },
  })
    .trimEnd()
    .split('\n')

describe('a form as a command', () => {
  it('gives a shell exactly what the form sends', () => {
    const body = { text: `it's "$HOME" \`id\` <b>` }
    const got = sent(asProgram('https://node.example', act({ body: {} }), { id: '7 /x' }, body, {}))
    expect(got.slice(0, 3)).toEqual(['--fail-with-body', '--request', 'POST'])
    expect(got[3]).toBe('https://node.example/api/v1/cases/7%20%2Fx/notes')
    expect(got).toContain('Authorization: Bearer T')
    expect(JSON.parse(got.at(-1) ?? '')).toEqual(body)
  })
  it('names files', () => {
    expect(
      sent(asProgram('https://node.example', act({ file: true }), { id: '1' }, undefined, { file: "a'b.xml" })).at(-1),
    ).toBe("@a'b.xml")
    expect(sent(asProgram('https://node.example', act({ files: ['list'] }), { id: '1' }, undefined, {})).at(-1)).toBe(
      'list=@FILE',
    )
  })
})
