package proof_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"pedigree/proof"
)

// plain turns a value of this package into JSON with hexadecimal hashes and keys.
func plain(t testing.TB, v any) any {
	t.Helper()
	switch v := v.(type) {
	case proof.Record:
		return plainRecord(v)
	case proof.OriginState:
		parents := []hexed{}
		for _, p := range v.Parents {
			parents = append(parents, hexHash(p))
		}
		return object{
			"at": v.At, "day": v.Day, "suite": v.Suite, "class": v.Class, "until": v.Until, "stmt": orNull(v.Stmt), "tagRoot": orNull(v.TagRoot),
			"root2": orNull(v.Root2), "live": v.Live, "acked": v.Acked, "recall": v.Recall, "ended": v.Ended, "parents": parents, "closed": v.Closed,
		}
	case proof.Member:
		return plainMember(v)
	case proof.Statement:
		items := []object{}
		for _, i := range v.Items {
			items = append(items, object{"gtin": i.GTIN, "lot": i.Lot, "expiry": i.Expiry})
		}
		return object{"chain": v.ChainID, "origin": hexHash(v.Origin), "org": v.Org, "keyID": v.KeyID, "items": items}
	case proof.Attrs:
		return object{"lot": v.Lot, "expiry": v.Expiry, "kind": v.Kind, "quantity": v.Quantity}
	default:
		t.Fatalf("no plain form of %T", v)
		return nil
	}
}

func orNull(h proof.Hash) any {
	if h.IsZero() {
		return nil
	}
	return hexHash(h)
}

func keyOrNull(k proof.Key) any {
	if k.IsZero() {
		return nil
	}
	return hexed(k[:])
}

func plainRecord(r proof.Record) object {
	o := object{
		"state": r.State, "flags": r.Flags, "depth": r.Depth, "root": orNull(r.Root), "owner": keyOrNull(r.Owner), "holder": keyOrNull(r.Holder),
		"out": r.Out, "kids": r.Kids, "ack": r.Ack, "at": r.At, "nest": r.Nest, "extra": nil,
	}
	switch r.State {
	case proof.StateTransit:
		x := r.Transit
		o["extra"] = object{"to": keyOrNull(x.To), "toHolder": keyOrNull(x.ToHolder), "back": keyOrNull(x.Back), "deadline": x.Deadline, "memo": orNull(x.Memo)}
	case proof.StatePacked:
		o["extra"] = object{"origin": hexHash(r.Parent.Origin), "leaf": hexHash(r.Parent.Leaf)}
	case proof.StateEnded:
		o["extra"] = r.End
	}
	return o
}

func plainMember(m proof.Member) object {
	ids, keys, prefixes, licences := []object{}, []object{}, []object{}, []object{}
	for _, x := range m.IDs {
		ids = append(ids, object{"kind": x.Kind, "value": x.Value})
	}
	for _, x := range m.Keys {
		keys = append(keys, object{"id": x.ID, "key": hexed(x.Key[:]), "from": x.From, "to": x.To, "compromised": x.Compromised})
	}
	for _, x := range m.Prefixes {
		prefixes = append(prefixes, object{"prefix": x.Prefix, "from": x.From, "to": x.To, "owner": x.Owner})
	}
	for _, x := range m.Licences {
		licences = append(licences, object{
			"role": x.Role, "place": x.Place, "number": x.Number, "fromDay": x.FromDay, "toDay": x.ToDay, "recorded": x.Recorded, "revoked": x.Revoked, "by": x.By,
		})
	}
	return object{"name": m.Name, "standing": m.Standing, "roles": m.Roles, "admitted": m.Admitted, "ids": ids, "keys": keys, "prefixes": prefixes, "licences": licences}
}

func valueVectors(t testing.TB) any {
	var records []object
	for _, b := range sampleRecords() {
		r, err := proof.DecodeRecord(b)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, object{"value": plain(t, r), "bytes": hexed(b)})
	}
	retired := makerState()
	retired.Keys = append(retired.Keys, proof.MemberKeyEntry{ID: 2, Key: seedKey("maker", 2).public, From: 50, To: 90, Compromised: 80})
	retired.Prefixes = append(retired.Prefixes, proof.MemberPrefix{Prefix: "95040011", From: 9, To: 400, Owner: "brand-1"})
	statement := newPallet("pilot-1", "vector", 3, 5).statement
	attrs := []proof.Attrs{{Lot: lot, Expiry: expiry, Kind: proof.KindUnit}, {Lot: lot, Expiry: expiry, Kind: proof.KindCase, Quantity: 40}, {Kind: proof.KindPallet}}
	var shown []object
	for _, a := range attrs {
		shown = append(shown, object{"value": plain(t, a), "bytes": hexed(a.Encode())})
	}
	a, b := seedHash("a"), seedHash("b")
	return object{
		"records": records, "attrs": shown,
		"origins": []object{{"value": plain(t, sampleOrigin()), "bytes": hexed(sampleOrigin().Encode())}, {"value": plain(t, proof.OriginState{Suite: 1, Class: proof.ClassBox}), "bytes": hexed(proof.OriginState{Suite: 1, Class: proof.ClassBox}.Encode())}},
		"members": []object{{"value": plain(t, makerState()), "bytes": hexed(makerState().Encode())}, {"value": plain(t, retired), "bytes": hexed(retired.Encode())}},
		"statements": []object{{
			"value": plain(t, statement), "bytes": hexed(statement.Encode()), "message": hexHash(proof.TaggedHash(proof.TagStatement, statement.Encode())),
		}},
		"stateKeys": object{
			"record": hexed(proof.RecordKey(a, b)), "origin": hexed(proof.OriginKey(a)), "member": hexed(proof.MemberKey(maker)), "recall": hexed(proof.RecallKey(258)),
			"of": object{"origin": hexHash(a), "leaf": hexHash(b), "org": maker, "seq": 258},
		},
	}
}

func entryVectors() any {
	env := signedEntry("pilot-1")
	var signers, signatures []hexed
	for _, k := range env.Body.Signers {
		signers = append(signers, hexed(k[:]))
	}
	for _, s := range env.Signatures {
		signatures = append(signatures, hexed(s[:]))
	}
	e := proof.Event{Height: 7, Place: 2, Entry: env.ID(), Module: "trace", Name: "posted", Data: proof.AppendArray(nil, 0)}
	own := proof.Event{Height: 7, Place: proof.PlaceNone, Module: "org", Name: "lapsed", Data: proof.AppendUint(nil, 1)}
	res := proof.Result{ID: env.ID(), FirstEvent: 40, Events: [][]byte{e.Encode()}}
	refused := proof.Result{Code: 1004, ID: env.ID(), FirstEvent: 41}
	key := makerKey()
	return object{
		"envelope": object{
			"chain": env.Body.ChainID, "validUntil": env.Body.ValidUntil, "admission": []object{{"org": maker, "keyID": 1, "key": hexed(key.public[:])}},
			"entries": []object{{"module": "trace", "kind": "post", "message": hexed(env.Body.Entries[0].Message)}}, "signers": signers, "signatures": signatures,
			"body": hexed(env.BodyBytes), "id": hexHash(env.ID()), "bytes": hexed(env.Encode()),
		},
		"events": []object{
			{"height": 7, "place": "2", "entry": hexHash(env.ID()), "module": "trace", "name": "posted", "data": hexed(e.Data), "bytes": hexed(e.Encode()), "leaf": hexHash(proof.TreeLeaf(e.Encode()))},
			{"height": 7, "place": fmt.Sprint(uint64(proof.PlaceNone)), "entry": hexHash(proof.Hash{}), "module": "org", "name": "lapsed", "data": hexed(own.Data), "bytes": hexed(own.Encode()), "leaf": hexHash(proof.TreeLeaf(own.Encode()))},
		},
		"results": []object{
			{"code": 0, "firstEvent": 40, "events": raws(res.Events), "data": hexed(res.EncodeData()), "leaf": hexHash(proof.ResultLeaf(0, res.EncodeData()))},
			{"code": 1004, "firstEvent": 41, "events": []hexed{}, "data": hexed(refused.EncodeData()), "leaf": hexHash(proof.ResultLeaf(1004, refused.EncodeData()))},
		},
	}
}

func headerVectors(t testing.TB) any {
	t.Helper()
	c := newChain("pilot-1", 5, 3, 3, 2)
	first := c.header(1)
	first.LastBlockID, first.App, first.LastCommit = proof.BlockID{}, proof.Hash{}, proof.EmptyTree()
	var out []object
	for _, h := range []proof.Header{first, c.header(8), c.header(9)} {
		s := c.sign(h)
		s.Commit.Round = uint32(h.Height % 3)
		s = resign(c, s)
		pruned, err := s.Prune(c.set)
		if err != nil {
			t.Fatal(err)
		}
		fields := h.Fields()
		out = append(out, object{
			"fields": raws(fields[:]), "hash": hexHash(h.Hash()), "height": h.Height, "seconds": h.Time.Seconds, "nanos": h.Time.Nanos, "chain": h.ChainID,
			"app": orNull(h.App), "lastResults": hexHash(h.LastResults), "validators": hexHash(h.Validators),
			"signBytes": hexed(s.SignBytes(s.Commit.Signatures[0].Time)), "signed": hexed(s.Append(nil)), "pruned": hexed(pruned.Append(nil)),
		})
	}
	var validators []object
	for _, v := range c.set {
		address := v.Address()
		validators = append(validators, object{"key": hexed(v.Key[:]), "power": v.Power, "address": hexed(address[:])})
	}
	trust, err := proof.EncodeTrust(c.trust())
	if err != nil {
		t.Fatal(err)
	}
	return object{
		"validators": validators, "setHash": hexHash(c.set.Hash()), "set": hexed(c.set.Append(nil)), "headers": out,
		"trust": json.RawMessage(trust), "fingerprint": hexHash(c.trust().Fingerprint()),
	}
}

// resign signs a header anew after its round has changed.
func resign(c chain, s proof.SignedHeader) proof.SignedHeader {
	for i, old := range s.Commit.Signatures {
		key := c.keys[c.set[old.Index].Key]
		s.Commit.Signatures[i].Signature = proof.Signature{proof.AlgEd25519}
		copy(s.Commit.Signatures[i].Signature[1:], key.signRaw(s.SignBytes(old.Time)))
	}
	return s
}
