//go:build linux

package history

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// What may be done to a box, and with a proposal.
const (
	ship    = "ship"
	receive = "receive"
	reject  = "reject"
	end     = "end"
	look    = "look" // at a network at rest
	vote    = "vote"
)

// input is what a client asked for.
type input struct {
	key  int // the box or the proposal
	kind string
	by   int // party
	to   int // party that is shipped to
}

// output is what the client was told.
type output struct {
	unknown bool // nothing
	done    bool
	seen    box // by a look
}

// box is where a box is.
type box struct {
	owner, to int // to is nobody when it is not on offer
	ended     bool
}

const nobody = -1

// gone is a box that ended: the ledger's state says no more of it.
var gone = box{to: nobody, ended: true}

// after is the box after an act that the rules allow, and whether they do.
func (b box) after(in input) (box, bool) {
	switch {
	case in.kind == ship && !b.ended && b.to == nobody && b.owner == in.by:
		b.to = in.to
	case in.kind == receive && b.to == in.by:
		b.owner, b.to = in.by, nobody
	case in.kind == reject && b.to == in.by:
		b.to = nobody
	case in.kind == end && !b.ended && b.to == nobody && b.owner == in.by:
		b = gone
	default:
		return b, false
	}
	return b, true
}

// custody is the model of one box, which its first owner has at first.
var custody = porcupine.Model{
	Partition: byKey,
	Init:      func() any { return box{owner: 0, to: nobody} },
	Step: func(state, in, out any) (bool, any) {
		b, i, o := state.(box), in.(input), out.(output)
		if i.kind == look {
			return o.seen == b, b
		}
		next, allowed := b.after(i)
		return o.unknown || o.done == allowed, next
	},
	DescribeOperation: describe,
}

// ballot is a proposal's votes.
type ballot struct {
	voted  [parties]bool
	closed bool // by the vote that made the quorum
}

// council is the model of one proposal, for which its proposer has voted.
var council = porcupine.Model{
	Partition: byKey,
	Init:      func() any { return ballot{voted: [parties]bool{true}} },
	Step: func(state, in, out any) (bool, any) {
		b, i, o := state.(ballot), in.(input), out.(output)
		allowed := !b.closed && !b.voted[i.by]
		if allowed {
			b.voted[i.by] = true
			yes := 0
			for _, v := range b.voted {
				if v {
					yes++
				}
			}
			b.closed = yes >= quorum
		}
		return o.unknown || o.done == allowed, b
	},
	DescribeOperation: describe,
}

// byKey cuts a history into one for each key.
func byKey(history []porcupine.Operation) [][]porcupine.Operation {
	of := map[int][]porcupine.Operation{}
	for _, o := range history {
		key := o.Input.(input).key
		of[key] = append(of[key], o)
	}
	var list [][]porcupine.Operation
	for _, h := range of {
		list = append(list, h)
	}
	return list
}

func describe(in, out any) string { return fmt.Sprintf("%+v: %+v", in, out) }
