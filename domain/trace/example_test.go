package trace_test

import (
	"fmt"
	"testing"

	"pedigree/domain/trace"
	"pedigree/ledger/ledgertest"
)

// A maker commissions a case, ships it to a wholesaler's one-time keys, and the
// wholesaler receives it. The record's key, hence its provenance, stays the same.
func ExampleShip() {
	n := newNetwork(&testing.T{})
	maker, wholesaler := n.hand("maker", "maker's title", "maker's custody"), n.hand("wholesaler", "wholesaler's title", "wholesaler's custody")
	sealed := grow("lot", container("C", units("u", 4)...))
	record := sealed.in("key0")
	show := func(what string, err error) {
		r, _ := trace.GetRecord(n.View(), record)
		fmt.Printf("%s: %s, the maker's: %t, the wholesaler's: %t, error: %v\n", what, stateNames[r.State],
			r.Owner == ledgertest.Key("maker's title"), r.Owner == ledgertest.Key("wholesaler's title"), err)
	}
	show("commission", maker.commission("key0", sealed))
	show("ship", maker.ship(record, wholesaler))
	show("receive", wholesaler.receive(record))
	// Output:
	// commission: live, the maker's: true, the wholesaler's: false, error: <nil>
	// ship: in transit, the maker's: true, the wholesaler's: false, error: <nil>
	// receive: live, the maker's: false, the wholesaler's: true, error: <nil>
}

// A recall is complete when no record of the origins it names is pending.
func ExamplePending() {
	n := newNetwork(&testing.T{})
	maker := n.hand("maker", "title", "custody")
	sealed := grow("lot", container("C", units("u", 2)...))
	record := sealed.in("key0")
	for _, err := range []error{maker.commission("key0", sealed), maker.open(record, sealed.all()), n.byCouncil(recallOf(0, record.Origin))} {
		if err != nil {
			fmt.Println(err)
		}
	}
	pending := func() uint64 { return trace.Pending(n.View(), 1, trace.Origins{record.Origin}) }
	fmt.Println("pending:", pending())
	if err := maker.answer(1, record, sealed.inner[0].in("key0"), sealed.inner[1].in("key0")); err != nil {
		fmt.Println(err)
	}
	fmt.Println("pending:", pending())
	// Output:
	// pending: 3
	// pending: 0
}
