//go:build linux

// Package trading tells the story of ten days between a maker, a wholesaler and a
// pharmacy who share a ledger, and a supplier who doesn't: good shipments, each kind of
// exception, a supplier whose licence lapses, a warehouse, a drop shipment, a return,
// what nobody answers. Nodes are the processes they are and are asked over HTTP, by the
// verbs that their people use; their clocks go on by a day between two days.
//
// What it holds true: each step has its evidence, what is good never waits for what is
// not, both partners see one case, and at the end every stock is what the ledger says.
package trading
