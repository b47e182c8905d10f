package trace_test

import (
	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// hand acts for one party: an organisation that admits, and one-time keys that
// sign all it sends. The first key owns, the last one holds.
type hand struct {
	*network
	org  string
	keys []string
}

func (n *network) hand(org string, keys ...string) hand { return hand{n, org, keys} }

func (h hand) owner() string  { return h.keys[0] }
func (h hand) holder() string { return h.keys[len(h.keys)-1] }

// with signs with further keys, such as those of a partner.
func (h hand) with(keys ...string) hand {
	return hand{h.network, h.org, append(append([]string{}, h.keys...), keys...)}
}

func (h hand) do(messages ...ledger.Message) error {
	h.T.Helper()
	return h.send(h.act(messages...))
}

func (h hand) act(messages ...ledger.Message) ledgertest.Act {
	h.T.Helper()
	a := ledgertest.Act{As: h.org, Signers: h.keys}
	for _, m := range messages {
		a.Entries = append(a.Entries, h.entry(m))
	}
	return a
}

// refs turns names into a list of origins and references into it.
func refs(names ...trace.Name) (trace.Origins, []trace.Ref) {
	var o trace.Origins
	at, out := map[proof.Hash]uint64{}, make([]trace.Ref, len(names))
	for i, n := range names {
		if _, listed := at[n.Origin]; !listed {
			at[n.Origin] = uint64(len(o))
			o = append(o, n.Origin)
		}
		out[i] = trace.Ref{Origin: at[n.Origin], Leaf: n.Leaf}
	}
	return o, out
}

func originOf(key0 string) proof.Hash { return proof.Origin(ledgertest.ChainID, ledgertest.Key(key0)) }

// commissionOf is the message that commissions goods under a one-time key.
func (h hand) commissionOf(key0 string, g *goods, class uint64) *trace.Commission {
	return &trace.Commission{
		Origins: trace.Origins{originOf(key0)}, Key0: ledgertest.Key(key0), Leaf: g.leaf, Depth: uint64(g.depth), Root: ledger.OptHash(g.root),
		Owner: ledgertest.Key(h.owner()), Holder: ledgertest.Key(h.holder()), Class: class, Until: 60, Stmt: ledger.OptHash(g.stmt),
	}
}

// commission brings goods onto the ledger as made.
func (h hand) commission(key0 string, g *goods) error {
	h.T.Helper()
	return h.with(key0).do(h.commissionOf(key0, g, proof.ClassMade))
}

// box makes an empty container of this hand's and returns its name.
func (h hand) box(key0 string) trace.Name {
	h.T.Helper()
	name := trace.Name{Origin: originOf(key0), Leaf: ledgertest.HashOf("box " + key0)}
	ok(h.T, h.with(key0).do(&trace.Box{
		Origins: trace.Origins{name.Origin}, Key0: ledgertest.Key(key0), Leaf: name.Leaf, Owner: ledgertest.Key(h.owner()), Holder: ledgertest.Key(h.holder()),
	}))
	return name
}

func (h hand) open(rec trace.Name, opening trace.Opening) error {
	h.T.Helper()
	o, r := refs(rec)
	return h.do(&trace.Open{Origins: o, Rec: r[0], Opening: opening})
}

func (h hand) pack(box trace.Name, recs ...trace.Name) error {
	h.T.Helper()
	o, r := refs(append([]trace.Name{box}, recs...)...)
	return h.do(&trace.Pack{Origins: o, Box: r[0], Recs: r[1:]})
}

func (h hand) unpack(box trace.Name, recs ...trace.Name) error {
	h.T.Helper()
	o, r := refs(append([]trace.Name{box}, recs...)...)
	return h.do(&trace.Unpack{Origins: o, Box: r[0], Recs: r[1:]})
}

const days = 24 * 3600

// shipOf offers title and custody to a partner's keys for ten days, and what is
// refused to the own owner's key.
func (h hand) shipOf(rec trace.Name, to hand) *trace.Ship {
	o, r := refs(rec)
	return &trace.Ship{
		Origins: o, Rec: r[0], To: ledger.OptKey(ledgertest.Key(to.owner())), ToHolder: ledger.OptKey(ledgertest.Key(to.holder())),
		Back: ledgertest.Key(h.owner()), Deadline: h.Time + 10*days,
	}
}

func (h hand) ship(rec trace.Name, to hand) error {
	h.T.Helper()
	return h.do(h.shipOf(rec, to))
}

func (h hand) sendBack(rec trace.Name, to hand) error {
	h.T.Helper()
	m := h.shipOf(rec, to)
	m.Return = true
	return h.do(m)
}

func (h hand) receive(rec trace.Name, refused ...trace.Refused) error {
	h.T.Helper()
	o, r := refs(rec)
	return h.do(&trace.Receive{Origins: o, Rec: r[0], Refuse: refused})
}

func (h hand) reject(rec trace.Name) error {
	h.T.Helper()
	o, r := refs(rec)
	return h.do(&trace.Reject{Origins: o, Rec: r[0]})
}

func (h hand) reclaim(rec trace.Name) error {
	h.T.Helper()
	o, r := refs(rec)
	return h.do(&trace.Reclaim{Origins: o, Rec: r[0]})
}

func (h hand) end(class uint64, recs ...trace.Name) error {
	h.T.Helper()
	return h.endAll(class, recs, nil)
}

func (h hand) endAll(class uint64, recs, kids []trace.Name) error {
	h.T.Helper()
	o, r := refs(append(append([]trace.Name{}, recs...), kids...)...)
	return h.do(&trace.End{Origins: o, Recs: r[:len(recs)], Kids: r[len(recs):], Class: class})
}

func (h hand) reenter(rec trace.Name) error {
	h.T.Helper()
	o, r := refs(rec)
	return h.do(&trace.Reenter{Origins: o, Rec: r[0], Owner: ledgertest.Key(h.owner()), Holder: ledgertest.Key(h.holder())})
}

func flagOf(rec trace.Name, set, clear uint64) *trace.Flag {
	o, r := refs(rec)
	return &trace.Flag{Origins: o, Rec: r[0], Set: set, Clear: clear}
}

func (h hand) flag(rec trace.Name, set, clear uint64) error {
	h.T.Helper()
	return h.do(flagOf(rec, set, clear))
}

// transform makes one output, in this hand's keys, of some inputs.
func (h hand) transform(key0 string, g *goods, inputs ...trace.Name) error {
	h.T.Helper()
	o, r := refs(inputs...)
	out := trace.Output{
		Origin: originOf(key0), Key0: ledgertest.Key(key0), Leaf: g.leaf, Depth: uint64(g.depth), Root: ledger.OptHash(g.root),
		Owner: ledgertest.Key(h.owner()), Holder: ledgertest.Key(h.holder()), Until: 60, Stmt: ledger.OptHash(g.stmt),
	}
	return h.with(key0).do(&trace.Transform{Origins: o, Inputs: r, Outputs: []trace.Output{out}})
}

func (h hand) answer(seq uint64, recs ...trace.Name) error {
	h.T.Helper()
	o, r := refs(recs...)
	return h.do(&trace.Answer{Origins: o, Recs: r, Seq: seq})
}

func (h hand) extend(seq uint64, origin proof.Hash) error {
	h.T.Helper()
	return h.do(&trace.Extend{Origins: trace.Origins{origin}, Seq: seq})
}

// recallOf names origins; the council sends it, for it opens no statement.
func recallOf(seq uint64, origins ...proof.Hash) *trace.RecallEntry {
	return &trace.RecallEntry{Origins: origins, Seq: seq, Class: 1, Text: ledgertest.HashOf("recall notice")}
}
