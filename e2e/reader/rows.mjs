// Keys of the state's maps, in the order of their prefixes.
import { big, concat, fromHex, utf8 } from './bytes.mjs'

// stateKeyOf makes the key of a row from the parts that the vectors name.
export const stateKeyOf = {
  'ledger/quota': ({ day, org }) => concat(0x01, big(day, 4), utf8(org)),
  'ledger/params': ({ name }) => concat(0x02, utf8(name)),
  'org/member': ({ org }) => concat(0x10, utf8(org)),
  'org/prefix': ({ prefix }) => concat(0x11, utf8(prefix)),
  'org/proposal': ({ proposal }) => concat(0x12, fromHex(proposal)),
  'org/validator': ({ key }) => concat(0x13, fromHex(key)),
  'org/council': ({ name }) => concat(0x14, utf8(name)),
  'org/key': ({ key }) => concat(0x15, fromHex(key)),
  'org/identifier': ({ kind, value }) => concat(0x16, kind, utf8(value)),
  'org/vote': ({ proposal, org }) => concat(0x17, fromHex(proposal), utf8(org)),
  'org/recovery': ({ org }) => concat(0x18, utf8(org)),
  'org/offer': ({ org, number }) => concat(0x19, utf8(`${org}/${number}`)),
  'org/lapse': ({ until, proposal }) => concat(0x1a, big(until, 8), fromHex(proposal)),
  'trace/record': ({ origin, leaf }) => concat(0x20, fromHex(origin), fromHex(leaf)),
  'trace/origin': ({ origin }) => concat(0x21, fromHex(origin)),
  'trace/recall': ({ seq }) => concat(0x22, big(seq, 8)),
  'trace/recovery': ({ origin, leaf }) => concat(0x23, fromHex(origin), fromHex(leaf)),
  'trace/freeze': ({ origin, leaf }) => concat(0x24, fromHex(origin), fromHex(leaf)),
  'trace/prune-due': ({ day, origin }) => concat(0x25, big(day, 4), fromHex(origin)),
  'trace/counter': ({ name }) => concat(0x26, utf8(name)),
  'network/peers': ({ org }) => concat(0x30, utf8(org)),
  'network/node': ({ node }) => concat(0x31, utf8(node)),
  'network/mailbox': ({ org }) => concat(0x32, utf8(org)),
  'network/document': ({ name }) => concat(0x33, utf8(name)),
  'network/upgrade': ({ height }) => concat(0x34, big(height, 8)),
  'anchor/anchor': ({ org, purpose }) => concat(0x38, utf8(`${org}/${purpose}`)),
}
