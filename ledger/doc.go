// Package ledger is the kernel: signed entries in one order, typed state maps,
// events, errors with stable codes, limits, and modules as data.
package ledger
