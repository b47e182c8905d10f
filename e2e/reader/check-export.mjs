// Checks exports: node check-export.mjs [--json] [--founding FILE|FINGERPRINT] FILE.tar...
// A compressed file is unpacked first, with gunzip.
import { existsSync, readFileSync } from 'node:fs'
import { checkExport, fingerprintOf } from './export.mjs'

const args = process.argv.slice(2)
const asJSON = args[0] === '--json' && Boolean(args.shift())
let founding = ''
if (args[0] === '--founding') {
  const [, value] = args.splice(0, 2)
  founding = existsSync(value) ? fingerprintOf(readFileSync(value, 'utf8')) : value
}
if (args.length === 0) {
  console.error('usage: node check-export.mjs [--json] [--founding FILE|FINGERPRINT] FILE.tar...')
  process.exit(2)
}
for (const path of args) {
  const r = checkExport(path, founding)
  if (r.faults.length) process.exitCode = 4
  if (asJSON) console.log(JSON.stringify(r))
  else if (r.faults.length) {
    console.log(`${path}: refused`)
    for (const f of r.faults) console.log(`  ${f.where}: ${f.what}`)
  } else {
    const { org, name, chain, height, founding: print } = r.manifest
    console.log(`${path}: all of ${org} (${name}) on ${chain} at height ${height} is as it was written`)
    console.log(`  ${r.files} files, ${r.receipts} receipts, ${r.proved} things in stock with proof, ${r.unproved} held without`)
    console.log(`  ${r.lines['audit.ndjson']} lines of the audit trail; the ledger vouches for the first ${r.anchored}`)
    const tables = Object.keys(r.lines).filter((n) => n.startsWith('tables/'))
    console.log(`  ${tables.reduce((n, t) => n + r.lines[t], 0)} lines in ${tables.length} tables; they name ${r.gone} things that were erased`)
    for (const note of r.notes) console.log(`  not checked: ${note}`)
    if (!founding) console.log(`  founding file ${print}: compare this fingerprint with the network's`)
  }
}
