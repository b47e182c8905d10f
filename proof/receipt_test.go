package proof_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

func verifyReceipt(trust proof.Trust) func([]byte) error {
	return func(b []byte) error {
		object, err := proof.Open(b)
		if err != nil {
			return err
		}
		_, err = object.(proof.Receipt).Verify(trust)
		return err
	}
}

func TestAReceiptProvesAnEntrysResult(t *testing.T) {
	c := newChain("receipts", 1, 1, 1, 1)
	env := signedEntry(c.id)
	report, err := receiptOf(t, c, env, 0, true).Verify(c.trust())
	if err != nil {
		t.Fatal(err)
	}
	if report.Entry != env.ID() || report.Height != 7 || report.Result.FirstEvent != 40 || len(report.Result.Events) != 1 || report.Outcome() != proof.Proved {
		t.Fatalf("report is %+v", report)
	}
	var names []string
	for _, s := range report.Steps {
		names = append(names, s.Name+" "+string(s.Verdict))
	}
	want := "header ok, entry ok, signers ok, admission ok, result ok"
	if got := strings.Join(names, ", "); got != want {
		t.Fatalf("steps are %s, want %s", got, want)
	}
}

func TestAReceiptWithoutMembersSaysThatItDoesNotShowThem(t *testing.T) {
	c := newChain("receipts", 1)
	report, err := receiptOf(t, c, signedEntry(c.id), 0, false).Verify(c.trust())
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := report.Step(proof.PartAdmission); s.Verdict != proof.NotShown || report.Outcome() != proof.Partly {
		t.Fatalf("step is %+v, outcome %s", s, report.Outcome())
	}
	if s, _ := report.Step(proof.PartHeader); !strings.Contains(s.Limit, proof.LimitOneOperator) {
		t.Fatalf("a chain of one validator does not say so: %+v", s)
	}
}

func TestAReceiptOfARefusalNamesTheCode(t *testing.T) {
	c := newChain("receipts", 1)
	report, err := receiptOf(t, c, signedEntry(c.id), 1004, false).Verify(c.trust())
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := report.Step(proof.PartResult); !strings.Contains(s.Text, "1004") || report.Result.Code != 1004 {
		t.Fatalf("report is %+v", report)
	}
}

func TestAReceiptWithAChangedByteIsRefused(t *testing.T) {
	trust, a := linked(t, 1)
	c := newChainKeys("links", "links/1", 1, 2, 1, 1)
	r := receiptOf(t, c, signedEntry("links"), 0, true)
	h := r.Header.Signed.Header
	h.Height = 12
	r.Header = proof.Attestation{Links: a.Links, Signed: c.attest(t, h).Signed, Validators: c.set}
	b := r.Encode()
	named := flipEveryByte(t, b, verifyReceipt(trust))
	for _, part := range []string{proof.PartFormat, proof.PartEntry, proof.PartSigners, proof.PartAdmission, proof.PartResult, proof.PartHeader} {
		if named[part] == 0 {
			t.Errorf("no change was put down to %s: %v", part, named)
		}
	}
	t.Logf("receipt of %d bytes, entry %d, parts named: %v", len(b), len(r.Envelope), named)
}

func TestOnlyAdmissionSignaturesAreOpenInAReceiptWithoutMembers(t *testing.T) {
	c := newChain("receipts", 1)
	env := signedEntry(c.id)
	b := receiptOf(t, c, env, 0, false).Encode()
	admission := strings.Index(string(b), string(env.Signatures[0][:]))
	for i := range b {
		b[i] ^= 1
		err := verifyReceipt(c.trust())(b)
		b[i] ^= 1
		if inside := admission <= i && i < admission+proof.SignatureSize; inside != (err == nil) {
			t.Fatalf("byte %d, in the admission signature %v: %v", i, inside, err)
		}
	}
}

func TestAReceiptThatDoesNotBelongIsRefused(t *testing.T) {
	c := newChain("receipts", 1, 1, 1, 1)
	other := signedEntry("another-chain")
	tests := map[string]struct {
		change func(r *proof.Receipt)
		part   string
	}{
		"the entry is for another chain":         {func(r *proof.Receipt) { *r = receiptOf(t, c, other, 0, true) }, proof.PartEntry},
		"the result is another entry's":          {func(r *proof.Receipt) { r.Envelope = resigned(c.id).Encode() }, proof.PartResult},
		"the code is another":                    {func(r *proof.Receipt) { r.Code = 3 }, proof.PartResult},
		"the roots are another height's":         {func(r *proof.Receipt) { r.Parts.EventCount++ }, proof.PartHeader},
		"the member's state is another":          {func(r *proof.Receipt) { r.Members[0].Value = append([]byte{}, 0x80) }, proof.PartAdmission},
		"there are more members than admissions": {func(r *proof.Receipt) { r.Members = append(r.Members, r.Members[0]) }, proof.PartAdmission},
		"the later header is of thieves": {func(r *proof.Receipt) {
			*r = laterMembers(t, newChainKeys(c.id, "thieves", 1, 1, 1), *r, nil)
		}, proof.PartHeader},
		"the later header is older": {func(r *proof.Receipt) {
			*r = laterMembers(t, c, *r, nil)
			h := r.Later.Signed.Header
			h.Height = 7
			old := c.attest(t, h)
			r.Later = &old
		}, proof.PartHeader},
		"the later header carries other roots": {func(r *proof.Receipt) {
			members, parts := r.Members, r.Parts
			*r = laterMembers(t, c, *r, nil)
			r.Members, r.Parts = members, parts
		}, proof.PartHeader},
		"the key was listed later": {func(r *proof.Receipt) {
			*r = laterMembers(t, c, *r, func(m *proof.Member) { m.Keys[0].From = 8 })
		}, proof.PartAdmission},
		"the header is not signed by the trusted": {func(r *proof.Receipt) {
			*r = receiptOf(t, newChainKeys(c.id, "thieves", 1, 1, 1), signedEntry(c.id), 0, true)
		}, proof.PartHeader},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := receiptOf(t, c, signedEntry(c.id), 0, true)
			tt.change(&r)
			report, err := r.Verify(c.trust())
			if proof.FailedPart(err) != tt.part || report.Outcome() != proof.Refused {
				t.Fatalf("got %v (%s), want a refusal of %s", err, report.Outcome(), tt.part)
			}
		})
	}
}

// resigned is the entry of signedEntry with another deadline.
func resigned(chainID string) proof.Envelope {
	env := signedEntry(chainID)
	env.Body.ValidUntil++
	env.BodyBytes = env.Body.Encode()
	for i, k := range []keyPair{makerKey(), seedKey("signer", 1), seedKey("signer", 2)} {
		env.Signatures[i] = k.sign(env.ID())
	}
	return env
}

func TestAReceiptsKeysMustHaveBeenValidAtItsHeight(t *testing.T) {
	tests := []struct {
		name   string
		change func(k *proof.MemberKeyEntry)
		ok     bool
	}{
		{"valid from that height on", func(k *proof.MemberKeyEntry) { k.From = 7 }, true},
		{"valid from the next height on", func(k *proof.MemberKeyEntry) { k.From = 8 }, false},
		{"retired at the next height", func(k *proof.MemberKeyEntry) { k.To = 8 }, true},
		{"retired at that height", func(k *proof.MemberKeyEntry) { k.To = 7 }, false},
		{"another key", func(k *proof.MemberKeyEntry) { k.Key = seedKey("maker", 2).public }, false},
		{"another id", func(k *proof.MemberKeyEntry) { k.ID = 2 }, false},
	}
	c := newChain("receipts", 1, 1, 1, 1)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := receiptOf(t, c, signedEntry(c.id), 0, true)
			m := makerState()
			tt.change(&m.Keys[0])
			tr := newTree(4)
			tr.set(proof.MemberKey(maker), m.Encode())
			r.Parts.StateRoot = tr.root()
			r.Members = []proof.StateValue{{Value: m.Encode(), Path: tr.path(proof.MemberKey(maker))}}
			h := r.Header.Signed.Header
			h.App = r.Parts.Hash()
			r.Header = c.attest(t, h)
			if _, err := r.Verify(c.trust()); (err == nil) != tt.ok || err != nil && proof.FailedPart(err) != proof.PartAdmission {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestAReceiptShowsMembersUnderALaterHeader(t *testing.T) {
	c := newChain("receipts", 1, 1, 1, 1)
	r := laterMembers(t, c, receiptOf(t, c, signedEntry(c.id), 0, false), nil)
	got, err := proof.DecodeReceipt(r.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, got); diff != "" {
		t.Fatal(diff)
	}
	report, err := got.Verify(c.trust())
	if err != nil {
		t.Fatal(err)
	}
	s, _ := report.Step(proof.PartAdmission)
	if report.Outcome() != proof.Proved || report.Height != 7 || !strings.Contains(s.Text, "valid at height 7, as the ledger lists them at height 23") {
		t.Fatalf("outcome %s of height %d: %+v", report.Outcome(), report.Height, s)
	}
	flipEveryByte(t, r.Encode(), verifyReceipt(c.trust()))
}

func TestALaterHeaderFollowsTheReceiptsOwn(t *testing.T) {
	trust, links := linked(t, 2)
	first, second := newChainKeys("links", "links/1", 1, 2, 1, 1), newChainKeys("links", "links/2", 1, 2, 1, 1)
	r := receiptOf(t, first, signedEntry("links"), 0, false)
	h := r.Header.Signed.Header
	h.Height = 12
	r.Header = proof.Attestation{Links: links.Links[:1], Signed: first.attest(t, h).Signed}
	r = laterMembers(t, second, r, nil)
	r.Later.Links = links.Links[1:]
	if report, err := r.Verify(trust); err != nil || report.Outcome() != proof.Proved {
		t.Fatalf("got %s, %v", report.Outcome(), err)
	}
	r.Later.Links = links.Links
	if _, err := r.Verify(trust); proof.FailedPart(err) != proof.PartHeader {
		t.Fatalf("links that begin before the receipt's own header: got %v", err)
	}
}

func TestAKeyThatWasInOtherHandsLeavesAdmissionOpen(t *testing.T) {
	c := newChain("receipts", 1, 1, 1, 1)
	r := laterMembers(t, c, receiptOf(t, c, signedEntry(c.id), 0, false), func(m *proof.Member) { m.Keys[0].Compromised = 7 })
	report, err := r.Verify(c.trust())
	if err != nil {
		t.Fatal(err)
	}
	s, _ := report.Step(proof.PartAdmission)
	if s.Verdict != proof.NotShown || report.Outcome() != proof.Partly || !strings.Contains(s.Text, "others had this key from height 7 on") {
		t.Fatalf("outcome %s: %+v", report.Outcome(), s)
	}
}

func TestAReceiptIsReadBack(t *testing.T) {
	c := newChain("receipts", 1, 1, 1, 1)
	for _, withMembers := range []bool{true, false} {
		r := receiptOf(t, c, signedEntry(c.id), 0, withMembers)
		got, err := proof.DecodeReceipt(r.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Fatal(diff)
		}
	}
	r := receiptOf(t, c, signedEntry(c.id), 0, true)
	r.Members = nil
	if _, err := proof.DecodeReceipt(r.Encode()); proof.FailedPart(err) != proof.PartAdmission {
		t.Fatalf("roots without members: got %v, want a refusal", err)
	}
	r = laterMembers(t, c, r, nil)
	r.Parts, r.Members = nil, nil
	if _, err := proof.DecodeReceipt(r.Encode()); proof.FailedPart(err) != proof.PartHeader {
		t.Fatalf("a later header without roots: got %v, want a refusal", err)
	}
}

func BenchmarkReceiptVerify(b *testing.B) {
	for _, validators := range []int{1, 4, 16} {
		powers := make([]uint64, validators)
		for i := range powers {
			powers[i] = 1
		}
		c := newChain("receipts", powers...)
		r := receiptOf(b, c, signedEntry(c.id), 0, true)
		trust, raw := c.trust(), r.Encode()
		b.Run(benchName(validators), func(b *testing.B) {
			for b.Loop() {
				if err := verifyReceipt(trust)(raw); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(raw)-len(r.Envelope)), "bytes-without-entry")
		})
	}
}
