import { describe, expect, it } from 'vitest'
import { Away, of, Refused, refused } from './client'

const answer = (status: number, data?: unknown, error?: unknown) =>
  Promise.resolve({ data, error, response: new Response(null, { status }) })

describe('answers', () => {
  it('gives what a success holds, and a list where nothing is', async () => {
    expect(await of(answer(200, { height: 3 }))).toEqual({ height: 3 })
    expect(await of(answer(200, undefined))).toEqual([])
  })

  it('keeps code, text and fields of a refusal', async () => {
    const body = {
      code: 'trace/frozen',
      detail: 'it is on hold',
      errors: [{ location: 'body.items[0]', message: 'expected text' }],
    }
    const said = await of(answer(409, undefined, body)).catch((e: unknown) => e)
    expect(said).toBeInstanceOf(Refused)
    expect(said).toMatchObject({
      status: 409,
      code: 'trace/frozen',
      message: 'it is on hold',
      items: [{ path: 'body.items[0]', text: 'expected text' }],
    })
  })

  it('says that nobody answered when the line is cut', async () => {
    await expect(of(Promise.reject(new TypeError('failed to fetch')))).rejects.toBeInstanceOf(Away)
  })

  it('has words for a body that is no problem document', () => {
    expect(refused(502, '<html>').message).toBe('<html>')
    expect(refused(502, undefined).message).toBe('HTTP 502')
  })
})
