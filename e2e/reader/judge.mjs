// Judges objects that come in lines, one JSON array each: [object in base64, trust file,
// nonce in hexadecimal, witness policy]. Answers in lines: outcome, height, alerts. A
// trust file or policy that can't be read refuses, as it does for a person.
import { createInterface } from 'node:readline'
import { readTrust } from './attestation.mjs'
import { fromHex, Refused } from './bytes.mjs'
import { verify } from './objects.mjs'
import { readPolicy } from './witness.mjs'

const once = (read) => {
  const known = new Map()
  return (text) => {
    if (!known.has(text)) known.set(text, read(text))
    return known.get(text)
  }
}
const trustOf = once((text) => readTrust(JSON.parse(text)))
const policyOf = once((text) => (text ? readPolicy(text) : null))

let out = []
const flush = () => {
  if (out.length) process.stdout.write(out.join(''))
  out = []
}

for await (const line of createInterface({ input: process.stdin })) {
  const [object, trust, nonce, policy] = JSON.parse(line)
  let answer = 'refused 0 0'
  try {
    const report = verify(new Uint8Array(Buffer.from(object, 'base64')), trustOf(trust), nonce ? fromHex(nonce) : null, policyOf(policy))
    answer = `${report.outcome} ${report.height} ${report.alerts.length}`
  } catch (err) {
    // What is wrong with an object is a Refused; anything else is a fault of this reader.
    if (!(err instanceof Refused)) answer = `broken: ${err.message}`
  }
  out.push(`${answer}\n`)
  if (out.length === 100) flush()
}
flush()
