// Package node runs one process of the network: the ledger's rules on the
// consensus engine, with their state in the store. It knows nothing of any
// domain; the program hands it the modules.
//
// What it keeps true:
//   - the rules see exactly what every other validator's rules see, and the
//     application hash is a pure function of what is persisted;
//   - an entry counts as done only when its block is committed here;
//   - a signature's verdict is remembered only under the complete bytes it was
//     reached for, and no verdict depends on that memory.
package node
