// Checks a file: node verify.mjs trust.json file.pedigree [nonce in hexadecimal, or -] [witness policy]
import { readFileSync } from 'node:fs'
import { readTrust } from './attestation.mjs'
import { fromHex } from './bytes.mjs'
import { verify } from './objects.mjs'
import { readPolicy } from './witness.mjs'

const [trustFile, file, nonce, policyFile] = process.argv.slice(2)
if (!file) {
  console.error('usage: node verify.mjs trust.json file.pedigree [nonce or -] [policy]')
  process.exit(2)
}
try {
  const trust = readTrust(JSON.parse(readFileSync(trustFile, 'utf8')))
  const report = verify(new Uint8Array(readFileSync(file)), trust, nonce && nonce !== '-' ? fromHex(nonce) : null, policyFile ? readPolicy(readFileSync(policyFile, 'utf8')) : null)
  console.log(`${report.outcome}, as of height ${report.height} of ${trust.chain}`)
  for (const line of [...report.steps, ...report.alerts.map((a) => `ALERT: ${a}`)]) console.log(`  ${line}`)
} catch (err) {
  console.error(`refused: ${err.message}`)
  process.exit(4)
}
