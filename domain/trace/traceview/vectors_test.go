package traceview

import (
	"crypto/mlkem"
	"crypto/sha256"
	"crypto/sha3"
	"flag"
	"testing"
	"testing/cryptotest"

	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

//go:generate go test . -count=1 -run ^TestVectorsAreFresh$ -update

var update = flag.Bool("update", false, "write docs/internals/vectors/exchange.json anew")

// vectorSeed makes the randomness of the sealing the same in each run.
const vectorSeed = 20

// TestVectorsAreFresh publishes the keys that follow from a custody seed and the
// two files that partners exchange, each read back by this program first.
func TestVectorsAreFresh(t *testing.T) {
	cryptotest.SetGlobalRandom(t, vectorSeed)
	ledgertest.FreshVectors(t, *update, "exchange.json", ledgertest.Object{
		"keyring": vectorKeyring(t), "prekeys": vectorPrekeys(t), "shipment": vectorShipment(t), "handOver": vectorHandOver(t), "columns": vectorColumns(t),
	})
}

func vectorKeyring(t *testing.T) ledgertest.Object {
	t.Helper()
	k := testKeyring("wholesaler")
	key, err := k.SealKey()
	if err != nil {
		t.Fatal(err)
	}
	private, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	var keys []ledgertest.Object
	for _, idx := range []int64{1, 2, 300} {
		keys = append(keys, ledgertest.Object{"number": idx, "public": k.Public(idx).String(), "commission": proof.CommissionSeed(k.Secret(), label(idx)).String()})
	}
	public := key.PublicKey().Bytes()
	return ledgertest.Object{
		"seed": ledgertest.Hex(k.seed[:]), "secret": ledgertest.Hex(k.Secret()), "keys": keys, "sealPrivate": ledgertest.Hex(private), "sealPublic": ledgertest.Hex(public),
	}
}

func vectorPrekeys(t *testing.T) ledgertest.Object {
	t.Helper()
	k := testKeyring("wholesaler")
	key, err := k.SealKey()
	if err != nil {
		t.Fatal(err)
	}
	p := PrekeyFile{
		ChainID: ledgertest.ChainID, Org: "wholesaler", KeyID: 1, For: "maker", SealKey: key.PublicKey().Bytes(), Created: ledgertest.FirstTime,
		Batch: ledgertest.HashOf("batch"), Pairs: []KeyPair{{k.Public(1), k.Public(2)}, {k.Public(3), k.Public(4)}},
	}
	file, err := encodePrekeyFile(p, testSigner("wholesaler").Sign)
	if err != nil {
		t.Fatal(err)
	}
	if _, sig, err := DecodePrekeyFile(file); err != nil || !sig.Verify(ledgertest.Key("wholesaler")) {
		t.Fatalf("the prekey file does not read back: %v", err)
	}
	var pairs []ledgertest.Object
	for _, pair := range p.Pairs {
		pairs = append(pairs, ledgertest.Object{"owner": pair.Owner.String(), "holder": pair.Holder.String()})
	}
	return ledgertest.Object{
		"bytes": ledgertest.Hex(file), "key": ledgertest.Key("wholesaler").String(),
		"body": ledgertest.Object{
			"version": 1, "chain": p.ChainID, "org": p.Org, "key-id": p.KeyID, "for": p.For, "seal-key": ledgertest.Hex(p.SealKey), "created": p.Created,
			"batch": p.Batch.String(), "pairs": pairs,
		},
	}
}

// vectorContent is a pallet of which one case has surfaced and lies in a tote.
func vectorContent() Content {
	c := testContent()
	origin := proof.Origin(ledgertest.ChainID, ledgertest.Key("key0"))
	body := proof.Statement{
		ChainID: ledgertest.ChainID, Origin: origin, Org: "maker", KeyID: 1, Items: []proof.StatementItem{{GTIN: "00312345678906", Lot: testUnit.Lot, Expiry: testUnit.Expiry}},
	}.Encode()
	stated := proof.Sign(ledgertest.PrivateKey("maker"), proof.TaggedHash(proof.TagStatement, body))
	c.Origins = []OriginOpening{{Origin: origin, Body: body, Signature: stated, Salt: ledgertest.HashOf("statement")}, {Origin: ledgertest.HashOf("tote")}}
	pallet := testGoods(origin, 3, 2)
	taken := pallet.Sealed[1]
	slot := taken.slot()
	pallet.Sealed[1] = Goods{Gone: &GoneChild{Leaf: slot.Leaf, Depth: slot.Depth, Root: slot.Root}}
	c.Goods = []Goods{pallet, {
		Path: "/00/103123456000000423", Attrs: proof.Attrs{Kind: proof.KindBox}, Origin: c.Origins[1].Origin, Salt: ledgertest.HashOf("tote salt"), Packed: []Goods{taken},
	}}
	c.Offers = []Offer{{Owner: ledgertest.Key("o"), Holder: ledgertest.Key("h"), Back: ledgertest.Key("b")}, {Holder: ledgertest.Key("h2"), Back: ledgertest.Key("b2")}}
	return c
}

func vectorShipment(t *testing.T) ledgertest.Object {
	t.Helper()
	c := vectorContent()
	plain, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	file := testShipmentFile(t, c)
	if _, err := readShipment(file, "wholesaler"); err != nil {
		t.Fatal(err)
	}
	var goods []ledgertest.Object
	for i := range c.Goods {
		for g, in := range c.Goods[i].All() {
			root := any(nil)
			if !g.Root.IsZero() {
				root = g.Root.String()
			}
			goods = append(goods, ledgertest.Object{
				"path": g.Path, "in": in, "attrs": ledgertest.Hex(g.Attrs.Encode()), "origin": g.Origin.String(), "leaf": g.Leaf().String(), "depth": g.Depth, "root": root,
			})
		}
	}
	return ledgertest.Object{
		"bytes": ledgertest.Hex(file), "key": ledgertest.Key("maker").String(), "to": ledgertest.Hex(testKeyring("wholesaler").seed[:]),
		"mlkemSecret": ledgertest.Hex(mlkemSecret(t, file)), "content": ledgertest.Hex(plain), "goods": goods,
		"memo":      proof.MemoCommitment(c.MemoSalt, c.MemoRoot()).String(),
		"statement": proof.StatementCommitment(c.Origins[0].Salt, c.Origins[0].Body, c.Origins[0].Signature).String(),
	}
}

// vectorHandOver are the messages about one order to hand goods over, each read back first.
func vectorHandOver(t *testing.T) ledgertest.Object {
	t.Helper()
	id, paths := ledgertest.HashOf("order"), []string{"/00/003123456000004219", "/01/00312345678906/21/A"}
	order := HandOverMessage{ID: id, To: "dispenser", By: ledgertest.FirstTime + 86_400, PO: "PO-7", Text: "by noon", Paths: paths}
	if got, err := DecodeHandOver(order.Encode()); err != nil || string(got.Encode()) != string(order.Encode()) {
		t.Fatal(err)
	}
	var replies []ledgertest.Object
	for _, m := range []HandOverReply{{ID: id, State: handOverAccepted}, {ID: id, State: handOverRefused, Reason: "on hold for an audit"}, {ID: id, State: handOverShipped, Shipment: ledgertest.HashOf("shipment")}} {
		if got, err := DecodeHandOverReply(m.Encode()); err != nil || got != m {
			t.Fatal(err)
		}
		replies = append(replies, ledgertest.Object{
			"bytes": ledgertest.Hex(m.Encode()), "body": ledgertest.Object{"id": id.String(), "state": m.State, "reason": m.Reason, "shipment": m.Shipment.String()},
		})
	}
	back := HandOverWithdrawal{ID: id, Reason: "the buyer cancelled"}
	if got, err := DecodeHandOverWithdrawal(back.Encode()); err != nil || got != back {
		t.Fatal(err)
	}
	return ledgertest.Object{
		"order":      ledgertest.Object{"bytes": ledgertest.Hex(order.Encode()), "body": ledgertest.Object{"id": id.String(), "to": order.To, "by": order.By, "po": order.PO, "text": order.Text, "paths": paths}},
		"answers":    replies,
		"withdrawal": ledgertest.Object{"bytes": ledgertest.Hex(back.Encode()), "body": ledgertest.Object{"id": id.String(), "reason": back.Reason}},
	}
}

// mlkemSecret is what ML-KEM-768 alone gives for a shipment file, for readers
// whose platform does not have it.
func mlkemSecret(t *testing.T, file []byte) []byte {
	t.Helper()
	s, err := openShipmentFile(file)
	if err != nil {
		t.Fatal(err)
	}
	key, err := testKeyring("wholesaler").SealKey()
	if err != nil {
		t.Fatal(err)
	}
	private, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	lattice, err := mlkem.NewDecapsulationKey768(sha3.SumSHAKE256(private, mlkem.SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	if s.seal.Recipient != sha256.Sum256(key.PublicKey().Bytes()) {
		t.Fatal("the shipment is sealed to another key")
	}
	secret, err := lattice.Decapsulate(s.seal.Enc[:mlkem.CiphertextSize768])
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// vectorColumns are the columns of the private store that hold more than one value.
func vectorColumns(t *testing.T) []ledgertest.Object {
	t.Helper()
	type object = ledgertest.Object
	gone := &GoneChild{Leaf: ledgertest.HashOf("leaf"), Depth: 3, Root: ledgertest.HashOf("root")}
	unit := &GoneChild{Leaf: ledgertest.HashOf("unit")}
	contents := encodeContents([]content{{path: "/01/00312345678906/21/A"}, {gone: gone}, {gone: unit}, {path: "/01/00312345678906/21/B"}}).([]byte)
	if _, err := decodeContents(contents); err != nil {
		t.Fatal(err)
	}
	numbers := encodeNumbers([]int64{0, 23, 24, 70_000})
	if _, err := decodeNumbers(numbers); err != nil {
		t.Fatal(err)
	}
	u := undo{before: []placed{{"/00/003123456000004219", true, "/00/103123456000000423", StatusOffered, 7, 8, "wholesaler", 300}, {path: "/00/1"}}, made: []string{"/00/2"}}
	if _, err := decodeUndo(u.encode()); err != nil {
		t.Fatal(err)
	}
	before := []object{
		{"path": "/00/003123456000004219", "surfaced": true, "packed-in": "/00/103123456000000423", "status": StatusOffered, "owner-key": 7, "holder-key": 8, "partner": "wholesaler", "packed": 300},
		{"path": "/00/1", "surfaced": false, "packed-in": "", "status": 0, "owner-key": 0, "holder-key": 0, "partner": "", "packed": 0},
	}
	return []object{
		{"rule": "stock-contents", "bytes": ledgertest.Hex(contents), "value": object{
			"inside": []any{"/01/00312345678906/21/A", nil, nil, "/01/00312345678906/21/B"},
			"gone":   []object{{"leaf": gone.Leaf.String(), "depth": 3, "root": gone.Root.String()}, {"leaf": unit.Leaf.String(), "depth": 0, "root": nil}},
		}},
		{"rule": "number-list", "bytes": ledgertest.Hex(numbers), "value": []int{0, 23, 24, 70_000}},
		{"rule": "undo-list", "bytes": ledgertest.Hex(u.encode()), "value": object{"before": before, "made": []string{"/00/2"}}},
	}
}
