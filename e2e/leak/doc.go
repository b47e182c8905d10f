// Package leak looks for what must not get out of a node: identifiers of packages,
// lots, texts about people, prices, access tokens and keys.
//
// It gives real nodes such canaries on every way in, makes them fail on purpose, and
// then reads every byte that leaves the private half: the ledger's files, the
// engine's log of messages between nodes, logs, figures, the dump of a process that
// is ended by force, and what of a backup is not encrypted. What it keeps true:
//
//   - no canary stands there, as text, in hexadecimal, in any base64 or as UTF-16;
//   - the scan itself finds each of those forms when it is there: it can fail.
//
// The private store is not public: it holds identifiers in its index. Documents are
// encrypted in it, and their texts are looked for there too.
package leak
