package proof_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

func sampleOrigin() proof.OriginState {
	return proof.OriginState{
		At: 7, Day: 20_000, Suite: proof.Suite, Class: proof.ClassRepacked, Until: 61, Stmt: seedHash("stmt"), Live: 9, Acked: 2, Recall: 1,
		Ended: [4]uint64{1, 2, 3, 4}, Parents: []proof.Hash{seedHash("parent 1"), seedHash("parent 2")}, Closed: 20_100,
	}
}

// sampleRecords are records of every state.
func sampleRecords() [][]byte {
	live := liveRecord()
	live.Depth, live.Root, live.Out, live.Kids, live.Ack, live.Nest, live.Flags = 6, seedHash("root"), 3, 2, 1, 6, proof.FlagsMax
	transit := liveRecord()
	transit.State = proof.StateTransit
	transit.Transit = proof.Transit{To: owner().public, ToHolder: holder().public, Back: owner().public, Deadline: 1_800_000_000, Memo: seedHash("memo")}
	packed := proof.Record{State: proof.StatePacked, Parent: proof.Parent{Origin: seedHash("o"), Leaf: seedHash("l")}}
	ended := liveRecord()
	ended.State, ended.End = proof.StateEnded, proof.EndTransformed
	return [][]byte{live.Encode(), transit.Encode(), packed.Encode(), ended.Encode(), liveRecord().Encode()}
}

func TestStateValuesAreReadBack(t *testing.T) {
	for i, b := range sampleRecords() {
		r, err := proof.DecodeRecord(b)
		if err != nil {
			t.Fatal(err)
		}
		if string(r.Encode()) != string(b) {
			t.Fatalf("record %d changes on the way: %+v", i, r)
		}
	}
	checkReadBack(t, sampleOrigin(), proof.OriginState.Encode, proof.DecodeOriginState)
	checkReadBack(t, makerState(), proof.Member.Encode, proof.DecodeMember)
	checkReadBack(t, newPallet("pilot-1", "a", 2, 2).statement, proof.Statement.Encode, proof.DecodeStatement)
	checkReadBack(t, proof.Attrs{Lot: lot, Expiry: expiry, Kind: proof.KindBox, Quantity: proof.QuantityMax}, proof.Attrs.Encode, proof.DecodeAttrs)
	checkReadBack(t, proof.Attrs{}, proof.Attrs.Encode, proof.DecodeAttrs)
	checkReadBack(t, signedEntry("pilot-1"), proof.Envelope.Encode, proof.DecodeEnvelope)
}

func checkReadBack[T any](t *testing.T, v T, encode func(T) []byte, decode func([]byte) (T, error)) {
	t.Helper()
	got, err := decode(encode(v))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v, got); diff != "" {
		t.Fatal(diff)
	}
}

func decodes[T any](decode func([]byte) (T, error)) func([]byte) error {
	return func(b []byte) error {
		_, err := decode(b)
		return err
	}
}

func TestValuesPastTheirLimitsAreRefused(t *testing.T) {
	origin := func(change func(*proof.OriginState)) []byte { o := sampleOrigin(); change(&o); return o.Encode() }
	record := func(change func(*proof.Record)) []byte { r := liveRecord(); change(&r); return r.Encode() }
	member := func(change func(*proof.Member)) []byte { m := makerState(); change(&m); return m.Encode() }
	statement := func(change func(*proof.Statement)) []byte {
		s := newPallet("pilot-1", "a", 2, 2).statement
		change(&s)
		return s.Encode()
	}
	body := func(change func(*proof.Body)) []byte { b := signedEntry("pilot-1").Body; change(&b); return b.Encode() }
	tests := []struct {
		name     string
		decode   func([]byte) error
		at, past []byte
	}{
		{
			"parents of an origin", decodes(proof.DecodeOriginState),
			origin(func(o *proof.OriginState) { o.Parents = make([]proof.Hash, proof.ParentsMax) }),
			origin(func(o *proof.OriginState) { o.Parents = make([]proof.Hash, proof.ParentsMax+1) }),
		},
		{
			"class of an origin", decodes(proof.DecodeOriginState),
			origin(func(o *proof.OriginState) { o.Class = proof.ClassBox }), origin(func(o *proof.OriginState) { o.Class = proof.ClassBox + 1 }),
		},
		{
			"suite of an origin", decodes(proof.DecodeOriginState),
			origin(func(o *proof.OriginState) { o.Suite = proof.Suite }), origin(func(o *proof.OriginState) { o.Suite = proof.Suite + 1 }),
		},
		{
			"depth of a record", decodes(proof.DecodeRecord),
			record(func(r *proof.Record) { r.Depth = proof.SlotDepthMax }), record(func(r *proof.Record) { r.Depth = proof.SlotDepthMax + 1 }),
		},
		{
			"nesting of a record", decodes(proof.DecodeRecord),
			record(func(r *proof.Record) { r.Nest = proof.NestMax }), record(func(r *proof.Record) { r.Nest = proof.NestMax + 1 }),
		},
		{
			"flags of a record", decodes(proof.DecodeRecord),
			record(func(r *proof.Record) { r.Flags = proof.FlagsMax }), record(func(r *proof.Record) { r.Flags = proof.FlagsMax + 1 }),
		},
		{
			"end class of a record", decodes(proof.DecodeRecord),
			record(func(r *proof.Record) { r.State, r.End = proof.StateEnded, proof.EndTransformed }),
			record(func(r *proof.Record) { r.State, r.End = proof.StateEnded, proof.EndTransformed+1 }),
		},
		{
			"name of a member", decodes(proof.DecodeMember),
			member(func(m *proof.Member) { m.Name = strings.Repeat("n", proof.OrgNameMax) }),
			member(func(m *proof.Member) { m.Name = strings.Repeat("n", proof.OrgNameMax+1) }),
		},
		{
			"roles of a member", decodes(proof.DecodeMember),
			member(func(m *proof.Member) { m.Roles = proof.RolesMax }), member(func(m *proof.Member) { m.Roles = proof.RolesMax + 1 }),
		},
		{
			"keys of a member", decodes(proof.DecodeMember),
			member(func(m *proof.Member) { m.Keys = repeat(m.Keys[0], proof.MemberKeysMax) }),
			member(func(m *proof.Member) { m.Keys = repeat(m.Keys[0], proof.MemberKeysMax+1) }),
		},
		{
			"prefixes of a member", decodes(proof.DecodeMember),
			member(func(m *proof.Member) { m.Prefixes = repeat(m.Prefixes[0], proof.MemberPrefixesMax) }),
			member(func(m *proof.Member) { m.Prefixes = repeat(m.Prefixes[0], proof.MemberPrefixesMax+1) }),
		},
		{
			"licences of a member", decodes(proof.DecodeMember),
			member(func(m *proof.Member) { m.Licences = repeat(m.Licences[0], proof.MemberLicencesMax) }),
			member(func(m *proof.Member) { m.Licences = repeat(m.Licences[0], proof.MemberLicencesMax+1) }),
		},
		{
			"identifiers of a member", decodes(proof.DecodeMember),
			member(func(m *proof.Member) { m.IDs = repeat(m.IDs[0], proof.MemberIDsMax) }),
			member(func(m *proof.Member) { m.IDs = repeat(m.IDs[0], proof.MemberIDsMax+1) }),
		},
		{
			"items of a statement", decodes(proof.DecodeStatement),
			statement(func(s *proof.Statement) { s.Items = repeat(s.Items[0], proof.StatementItemsMax) }),
			statement(func(s *proof.Statement) { s.Items = repeat(s.Items[0], proof.StatementItemsMax+1) }),
		},
		{
			"lot of a statement", decodes(proof.DecodeStatement),
			statement(func(s *proof.Statement) { s.Items[0].Lot = strings.Repeat("l", proof.LotSizeMax) }),
			statement(func(s *proof.Statement) { s.Items[0].Lot = strings.Repeat("l", proof.LotSizeMax+1) }),
		},
		{
			"quantity of attributes", decodes(proof.DecodeAttrs),
			proof.Attrs{Quantity: proof.QuantityMax}.Encode(), proof.Attrs{Quantity: proof.QuantityMax + 1}.Encode(),
		},
		{
			"entries of an envelope", decodes(proof.DecodeBody),
			body(func(b *proof.Body) { b.Entries = repeat(b.Entries[0], proof.EntriesMax) }),
			body(func(b *proof.Body) { b.Entries = repeat(b.Entries[0], proof.EntriesMax+1) }),
		},
		{
			"signers of an envelope", decodes(proof.DecodeBody),
			body(func(b *proof.Body) { b.Signers = repeat(b.Signers[0], proof.SignersMax) }),
			body(func(b *proof.Body) { b.Signers = repeat(b.Signers[0], proof.SignersMax+1) }),
		},
		{
			"admission of an envelope", decodes(proof.DecodeBody),
			body(func(b *proof.Body) { b.Admission = repeat(b.Admission[0], proof.AdmissionMax) }),
			body(func(b *proof.Body) { b.Admission = repeat(b.Admission[0], proof.AdmissionMax+1) }),
		},
		{
			"chain id of an envelope", decodes(proof.DecodeBody),
			body(func(b *proof.Body) { b.ChainID = strings.Repeat("c", proof.ChainIDMax) }),
			body(func(b *proof.Body) { b.ChainID = strings.Repeat("c", proof.ChainIDMax+1) }),
		},
		{
			"depth of a message", decodes(proof.DecodeBody),
			body(func(b *proof.Body) { b.Entries[0].Message = nested(proof.MessageDepthMax) }),
			body(func(b *proof.Body) { b.Entries[0].Message = nested(proof.MessageDepthMax + 1) }),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.decode(tt.at); err != nil {
				t.Fatalf("at the limit: %v", err)
			}
			if err := tt.decode(tt.past); !errors.Is(err, proof.ErrCBOR) {
				t.Fatalf("one past the limit: got %v, want a refusal", err)
			}
		})
	}
}

func repeat[T any](v T, n int) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = v
	}
	return out
}

// nested is an empty array inside depth others.
func nested(depth int) []byte {
	var b []byte
	for range depth {
		b = proof.AppendArray(b, 1)
	}
	return proof.AppendArray(b, 0)
}

func TestAnEnvelopeWithoutItsPartsIsRefused(t *testing.T) {
	env := signedEntry("pilot-1")
	fewer := env
	fewer.Signatures = env.Signatures[:2]
	empty := proof.Body{ChainID: "pilot-1", Admission: env.Body.Admission}
	noAdmission := env.Body
	noAdmission.Admission = nil
	big := env.Body
	big.Entries = []proof.Entry{{Module: "m", Kind: "k", Message: proof.AppendBytes(nil, make([]byte, proof.EnvelopeSizeMax))}}
	tests := map[string][]byte{
		"a signature is missing":    fewer.Encode(),
		"there is no entry":         proof.Envelope{BodyBytes: empty.Encode(), Signatures: env.Signatures[:1]}.Encode(),
		"there is no admission":     proof.Envelope{BodyBytes: noAdmission.Encode(), Signatures: env.Signatures[1:]}.Encode(),
		"it is larger than allowed": proof.Envelope{BodyBytes: big.Encode(), Signatures: env.Signatures}.Encode(),
		"it is of another version":  proof.Envelope{BodyBytes: append([]byte{0x86, 2}, env.BodyBytes[2:]...), Signatures: env.Signatures}.Encode(),
		"its admission is of another kind": proof.Envelope{
			BodyBytes:  []byte(strings.Replace(string(env.BodyBytes), "\x83\x00\x67"+maker, "\x83\x01\x67"+maker, 1)),
			Signatures: env.Signatures,
		}.Encode(),
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := proof.DecodeEnvelope(b); err == nil {
				t.Fatal("accepted")
			}
		})
	}
}
