package trace

import (
	"flag"
	"fmt"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

var update = flag.Bool("update", false, "write docs/internals/vectors/trace.json anew")

// TestVectorsAreFresh holds that every message, event and row of the module stands
// in the published vectors as this program writes it. Records and origins stand
// with what verifiers read.
func TestVectorsAreFresh(t *testing.T) {
	p := newVectorPallet(t)
	maps := []string{recalls.Name, recoveries.Name, freezes.Name, counters.Name, pruneDue.Name}
	out := ledgertest.ModuleVectors(t, Module(), p.messages(t), p.events(), p.rows(t), maps)
	out["goods"] = ledgertest.Object{
		"chain": ledgertest.ChainID, "key0": p.key0.String(), "origin": p.origin.String(), "leaf": p.leaf.String(), "depth": p.tree.Depth(),
		"root": p.tree.Root().String(), "maker": ledgertest.Key("maker").String(), "stmt": proof.StatementCommitment(p.stated.Salt, p.stated.Body, p.stated.Signature).String(),
	}
	ledgertest.FreshVectors(t, *update, "trace.json", out)
}

// vectorPallet is a case of three units with its maker's statement.
type vectorPallet struct {
	key0         proof.Key
	origin, leaf proof.Hash
	tree         *proof.SlotTree
	order        []uint16
	units        []proof.Hash
	stated       Statement
}

func newVectorPallet(t testing.TB) vectorPallet {
	t.Helper()
	const gtin = "10614141000019"
	const id = "/01/20614141000016/21/C1"
	p := vectorPallet{key0: ledgertest.Key("key0")}
	p.origin = proof.Origin(ledgertest.ChainID, p.key0)
	commission := proof.CommissionSeed([]byte("a custody secret for tests"), []byte("vectors"))
	seed := proof.ChildSeed(commission, id)
	attrs := proof.Attrs{Lot: "LOT-7", Expiry: "290630", Kind: proof.KindCase}
	p.leaf = proof.Leaf(proof.ChildSalt(commission, id), id, attrs.Encode())
	attrs.Kind = proof.KindUnit
	depth, err := proof.SlotDepth(3)
	if err != nil {
		t.Fatal(err)
	}
	slots := make([]proof.Hash, 1<<depth)
	p.order = proof.SlotOrder(seed, depth)
	for i := range 3 {
		unit := fmt.Sprintf("/01/%s/21/U%d", gtin, i)
		p.units = append(p.units, proof.Leaf(proof.ChildSalt(seed, unit), unit, attrs.Encode()))
		slots[p.order[i]] = proof.Node(p.units[i], 0, proof.Hash{})
	}
	p.tree = proof.NewSlotTree(depth, slots)
	body := proof.Statement{ChainID: ledgertest.ChainID, Origin: p.origin, Org: "maker", KeyID: 1, Items: []proof.StatementItem{{GTIN: gtin, Lot: "LOT-7", Expiry: "290630"}}}.Encode()
	p.stated = Statement{Salt: ledgertest.HashOf("salt"), Body: body, Signature: proof.Sign(ledgertest.PrivateKey("maker"), proof.TaggedHash(proof.TagStatement, body))}
	return p
}

// opening shows units by their numbers, which stand in slots that ascend.
func (p vectorPallet) opening(units ...int) Opening {
	var o Opening
	var positions []uint16
	for pos := range uint16(1 << p.tree.Depth()) {
		for _, i := range units {
			if p.order[i] == pos {
				positions = append(positions, pos)
				o.Slots = append(o.Slots, Slot{Pos: uint64(pos), Leaf: p.units[i]})
			}
		}
	}
	for _, h := range p.tree.Batch(positions) {
		o.Hashes = append(o.Hashes, h[:]...)
	}
	return o
}

func (p vectorPallet) messages(t testing.TB) map[string][]any {
	t.Helper()
	one, two := Origins{p.origin}, Origins{p.origin, ledgertest.HashOf("box")}
	rec, unit, box := Ref{Leaf: p.leaf}, Ref{Leaf: p.units[0]}, Ref{Origin: 1, Leaf: ledgertest.HashOf("box leaf")}
	owner, holder, next := ledgertest.Key("owner"), ledgertest.Key("holder"), ledgertest.Key("next")
	root, stmt := ledger.OptHash(p.tree.Root()), ledger.OptHash(proof.StatementCommitment(p.stated.Salt, p.stated.Body, p.stated.Signature))
	level := p.opening(1)
	reason := ledger.OptHash(proof.ReasonCommitment(ledgertest.HashOf("salt"), "broken seal"))
	output := Output{
		Origin: proof.Origin(ledgertest.ChainID, ledgertest.Key("output")), Key0: ledgertest.Key("output"), Leaf: ledgertest.HashOf("output leaf"),
		Owner: owner, Holder: holder, Until: 61, Stmt: stmt,
	}
	return map[string][]any{
		"commission": {
			&Commission{Origins: one, Key0: p.key0, Leaf: p.leaf, Depth: uint64(p.tree.Depth()), Root: root, Owner: owner, Holder: holder, Class: proof.ClassMade, Until: 59, Stmt: stmt},
			&Commission{Origins: one, Key0: p.key0, Leaf: p.units[0], Owner: owner, Holder: holder, Class: proof.ClassIntroduced},
		},
		"box":    {&Box{Origins: one, Key0: p.key0, Leaf: ledgertest.HashOf("box leaf"), Owner: owner, Holder: holder}},
		"open":   {&Open{Origins: one, Rec: rec, Opening: p.opening(0, 2)}, &Open{Origins: one, Rec: rec, Opening: p.opening(0, 1, 2)}},
		"pack":   {&Pack{Origins: two, Box: box, Recs: []Ref{rec, unit}}},
		"unpack": {&Unpack{Origins: two, Box: box, Recs: []Ref{unit}}},
		"ship": {
			&Ship{Origins: one, Rec: rec, To: ledger.OptKey(next), ToHolder: ledger.OptKey(holder), Back: owner, Deadline: 1_800_000_000, Memo: ledger.OptHash(proof.MemoCommitment(ledgertest.HashOf("salt"), ledgertest.HashOf("root")))},
			&Ship{Origins: one, Rec: rec, To: ledger.OptKey(next), Back: owner, Deadline: 1_800_000_000, Return: true},
		},
		"receive": {
			&Receive{Origins: one, Rec: rec},
			&Receive{Origins: two, Rec: rec, Refuse: []Refused{{Start: rec, Levels: []Level{{Slot: level.Slots[0], Hashes: level.Hashes}}}, {Start: box}}},
		},
		"reject":          {&Reject{Origins: one, Rec: rec}},
		"reclaim":         {&Reclaim{Origins: one, Rec: rec}},
		"end":             {&End{Origins: two, Recs: []Ref{rec}, Kids: []Ref{unit, box}, Class: proof.EndLost, Reason: reason}, &End{Origins: one, Recs: []Ref{unit}, Class: proof.EndLeftSupply}},
		"flag":            {&Flag{Origins: one, Rec: rec, Set: proof.FlagHeld | proof.FlagSuspect, Clear: proof.FlagStolen}, &Flag{Origins: one, Rec: rec, Set: proof.FlagFrozen}},
		"reenter":         {&Reenter{Origins: one, Rec: rec, Owner: owner, Holder: holder}},
		"transform":       {&Transform{Origins: one, Inputs: []Ref{rec}, Outputs: []Output{output}}},
		"recall":          {&RecallEntry{Origins: one, Class: 1, Text: ledgertest.HashOf("notice"), Openings: []Statement{p.stated}}, &RecallEntry{Origins: two, Seq: 300, Class: 3, Text: ledgertest.HashOf("notice")}},
		"extend":          {&Extend{Origins: one, Seq: 300}},
		"answer":          {&Answer{Origins: one, Recs: []Ref{rec, unit}, Seq: 300}},
		"recover":         {&Recover{Origins: one, Rec: rec, Owner: owner, Holder: holder}},
		"finish-recovery": {&FinishRecovery{Origins: one, Rec: rec}},
		"veto":            {&Veto{Origins: one, Rec: rec}},
		"post":            {&Post{Kind: "price-list", To: ledger.OptKey(next), Hash: ledgertest.HashOf("post")}, &Post{Kind: "price-list", Hash: ledgertest.HashOf("post")}},
	}
}

func (p vectorPallet) events() map[string][]any {
	item := Item{Origin: p.origin, Leaf: p.leaf}
	items := []Item{item, {Origin: p.origin, Leaf: p.units[0]}}
	packed := Packed{Origin: ledgertest.HashOf("box"), Box: ledgertest.HashOf("box leaf"), Records: items}
	shipped := Shipped{Origin: p.origin, Leaf: p.leaf, Deadline: 1_800_000_000, Memo: ledger.OptHash(ledgertest.HashOf("memo"))}
	returned := shipped
	returned.Memo, returned.Return = ledger.OptHash{}, true
	return map[string][]any{
		"commissioned": {Commissioned{Origin: p.origin, Leaf: p.leaf, Class: proof.ClassMade, Depth: uint64(p.tree.Depth())}},
		"opened":       {Opened{Origin: p.origin, Leaf: p.leaf, Children: p.units}},
		"packed":       {packed}, "unpacked": {packed}, "shipped": {shipped, returned},
		"received": {Received{Origin: p.origin, Leaf: p.leaf}, Received{Origin: p.origin, Leaf: p.leaf, Refused: items[1:]}},
		"rejected": {item}, "reclaimed": {item}, "reentered": {item}, "recovering": {item}, "recovered": {item}, "vetoed": {item},
		"ended":       {Ended{Class: proof.EndLost, Records: items}},
		"flagged":     {Flagged{Origin: p.origin, Leaf: p.leaf, Set: proof.FlagHeld, Clear: proof.FlagStolen}},
		"transformed": {Transformed{Inputs: items, Outputs: []proof.Hash{ledgertest.HashOf("output")}}},
		"recalled":    {Recalled{Seq: 300, Origins: []proof.Hash{p.origin}}},
		"answered":    {Answered{Seq: 300, Records: items}},
		"posted":      {Posted{Kind: "price-list", To: ledger.OptKey(ledgertest.Key("next")), Hash: ledgertest.HashOf("post")}, Posted{Kind: "price-list", Hash: ledgertest.HashOf("post")}},
		"pruned":      {Pruned{Origin: p.origin, Rows: PruneRowsMax}, Pruned{Origin: p.origin, Whole: true}},
	}
}

func (p vectorPallet) rows(t testing.TB) []ledgertest.Object {
	t.Helper()
	type of = ledgertest.Object
	at := Name{p.origin, p.leaf}
	named := of{"origin": p.origin.String(), "leaf": p.leaf.String()}
	made, council := Recall{Org: "maker", At: 70, Class: 1, Text: ledgertest.HashOf("notice"), Count: 65}, Recall{At: 71, Class: 3, Text: ledgertest.HashOf("notice")}
	waiting := Recovery{Owner: ledgertest.Key("owner"), Holder: ledgertest.Key("holder"), From: 1_800_000_000}
	return []ledgertest.Object{
		ledgertest.Row(t, recalls, "recall-row", of{"seq": 300}, 300, made),
		ledgertest.Row(t, recalls, "recall-row", of{"seq": 301}, 301, council),
		ledgertest.Row(t, recoveries, "recovery-row", named, at, waiting),
		ledgertest.Row(t, freezes, "freeze-row", named, at, 1_800_000_000),
		ledgertest.Row(t, pruneDue, "prune-due-row", of{"day": 20_400, "origin": p.origin.String()}, dueKey{20_400, p.origin}, pruneOrigin),
		ledgertest.Row(t, counters, "counter-row", of{"name": nextRecall}, nextRecall, 301),
	}
}
