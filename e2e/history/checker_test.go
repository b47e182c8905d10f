//go:build linux

package history

import (
	"math"
	"testing"

	"github.com/anishathalye/porcupine"
)

// op is an operation of a written history.
func op(client int, in input, call int64, out output, end int64) porcupine.Operation {
	if out.unknown {
		end = math.MaxInt64
	}
	return porcupine.Operation{ClientId: client, Input: in, Call: call, Output: out, Return: end}
}

// The checker must be able to refuse: each wrong history is one lie away from a right one.
func TestTheCheckerTellsWrongHistoriesFromRightOnes(t *testing.T) {
	did, not, lost := output{done: true}, output{}, output{unknown: true}
	toWholesaler, toPharmacy := input{kind: ship, to: 1}, input{kind: ship, to: 2}
	received := input{kind: receive, by: 1}
	seen := func(b box) output { return output{done: true, seen: b} }
	for _, c := range []struct {
		name  string
		model porcupine.Model
		ops   []porcupine.Operation
		right bool
	}{
		{"one of two concurrent shipments is refused", custody, []porcupine.Operation{op(0, toWholesaler, 0, did, 9), op(1, toPharmacy, 1, not, 8)}, true},
		{"both of two shipments are accepted: an update is lost", custody, []porcupine.Operation{op(0, toWholesaler, 0, did, 9), op(1, toPharmacy, 1, did, 8)}, false},
		{"a box is received after it was shipped", custody, []porcupine.Operation{op(0, toWholesaler, 0, did, 2), op(1, received, 3, did, 4)}, true},
		{"a box is received before it was shipped", custody, []porcupine.Operation{op(1, received, 0, did, 1), op(0, toWholesaler, 2, did, 3)}, false},
		{"a box is received twice", custody, []porcupine.Operation{op(0, toWholesaler, 0, did, 1), op(1, received, 2, did, 5), op(2, received, 3, did, 4)}, false},
		{"a box is received by another than it was shipped to", custody, []porcupine.Operation{op(0, toWholesaler, 0, did, 1), op(2, input{kind: receive, by: 2}, 2, did, 3)}, false},
		{"what ended goes on", custody, []porcupine.Operation{op(0, input{kind: end}, 0, did, 1), op(0, toWholesaler, 2, did, 3)}, false},
		{"a shipment whose answer was lost took effect late", custody, []porcupine.Operation{op(0, toWholesaler, 0, lost, 0), op(1, received, 50, did, 60)}, true},
		{"a shipment whose answer was lost did not take effect", custody, []porcupine.Operation{op(0, toWholesaler, 0, lost, 0), op(0, look0, 50, seen(box{to: nobody}), 60)}, true},
		{"a shipment whose answer was lost took effect before it was asked for", custody, []porcupine.Operation{op(1, received, 0, did, 1), op(0, toWholesaler, 2, lost, 0)}, false},
		{"a shipment that was accepted is not seen at the end", custody, []porcupine.Operation{op(0, toWholesaler, 0, did, 1), op(0, look0, 50, seen(box{to: nobody}), 60)}, false},
		{"a member votes once", council, []porcupine.Operation{op(0, input{kind: vote, by: 1}, 0, did, 5), op(1, input{kind: vote, by: 1}, 1, not, 4)}, true},
		{"a member votes twice", council, []porcupine.Operation{op(0, input{kind: vote, by: 1}, 0, did, 5), op(1, input{kind: vote, by: 1}, 1, did, 4)}, false},
		{"a vote after the last that was needed", council, []porcupine.Operation{
			op(0, input{kind: vote, by: 1}, 0, did, 1), op(1, input{kind: vote, by: 2}, 2, did, 3), op(2, input{kind: vote, by: 3}, 4, did, 5),
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := porcupine.CheckOperations(c.model, c.ops); got != c.right {
				t.Errorf("the checker says %v", got)
			}
		})
	}
}

var look0 = input{kind: look}
