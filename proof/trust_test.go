package proof_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pedigree/proof"
)

func TestATrustFileIsReadBack(t *testing.T) {
	c := newChain("pilot-1", 4, 3, 3)
	b, err := proof.EncodeTrust(c.trust())
	if err != nil {
		t.Fatal(err)
	}
	got, err := proof.ParseTrust(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.trust(), got); diff != "" {
		t.Fatal(diff)
	}
}

func TestATrustFileThatWasChangedIsRefused(t *testing.T) {
	c := newChain("pilot-1", 4, 3)
	b, err := proof.EncodeTrust(c.trust())
	if err != nil {
		t.Fatal(err)
	}
	key := c.set[0].Key.String()
	tests := map[string]func(string) string{
		"another chain":             func(s string) string { return strings.Replace(s, "pilot-1", "pilot-2", 1) },
		"another height":            func(s string) string { return strings.Replace(s, `"height": 1`, `"height": 2`, 1) },
		"height zero":               func(s string) string { return strings.Replace(s, `"height": 1`, `"height": 0`, 1) },
		"another power":             func(s string) string { return strings.Replace(s, `"power": 4`, `"power": 5`, 1) },
		"another key":               func(s string) string { return strings.Replace(s, key, seedKey("x", 0).public.String(), 1) },
		"a key that is no key":      func(s string) string { return strings.Replace(s, key, key[:60], 1) },
		"another format":            func(s string) string { return strings.Replace(s, proof.TrustFormat, "pedigree/trust/2", 1) },
		"a field that nobody knows": func(s string) string { return strings.Replace(s, `"chain"`, `"x": 1, "chain"`, 1) },
		"something after its end":   func(s string) string { return s + "{}" },
		"no fingerprint":            func(s string) string { return strings.Replace(s, `"fingerprint": "`, `"fingerprint": "0`, 1) },
		"a chain id past the limit": func(s string) string { return strings.Replace(s, "pilot-1", strings.Repeat("x", 51), 1) },
		"nothing":                   func(string) string { return "" },
		"more bytes than the limit": func(s string) string { return s + strings.Repeat(" ", proof.TrustFileSizeMax) },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := proof.ParseTrust([]byte(change(string(b))))
			if proof.FailedPart(err) != proof.PartTrust {
				t.Fatalf("got %v, want a refusal", err)
			}
		})
	}
	full := string(b) + strings.Repeat(" ", proof.TrustFileSizeMax-len(b))
	if _, err := proof.ParseTrust([]byte(full)); err != nil {
		t.Fatalf("a file at the limit: %v", err)
	}
}

// linked is a chain whose validators change n times, and what leads to its end.
func linked(t testing.TB, n int) (proof.Trust, proof.Attestation) {
	first := newChainKeys("links", "links/0", 1, 1, 1, 1)
	var a proof.Attestation
	now := first
	for i := range n {
		next := newChainKeys("links", "links/"+string(rune('1'+i)), 1, 2, 1, 1)
		h := now.header(uint64(10 * (i + 1)))
		h.NextValidators = next.set.Hash()
		a.Links = append(a.Links, proof.Link{Signed: now.attest(t, h).Signed, Next: next.set})
		now = next
	}
	a.Signed = now.attest(t, now.header(uint64(10*n+5))).Signed
	return first.trust(), a
}

func TestValidatorChangesAreFollowed(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, proof.LinksMax} {
		trust, a := linked(t, n)
		if err := a.Verify(trust); err != nil {
			t.Fatalf("%d changes: %v", n, err)
		}
	}
	trust, a := linked(t, proof.LinksMax+1)
	if err := a.Verify(trust); proof.FailedPart(err) != proof.PartHeader {
		t.Fatalf("one past the limit: got %v, want a refusal", err)
	}
}

func TestAnAttestationThatDoesNotFollowIsRefused(t *testing.T) {
	tests := map[string]func(tr *proof.Trust, a *proof.Attestation){
		"a link is missing":                               func(_ *proof.Trust, a *proof.Attestation) { a.Links = append(a.Links[:1], a.Links[2]) },
		"links in another order":                          func(_ *proof.Trust, a *proof.Attestation) { a.Links[0], a.Links[1] = a.Links[1], a.Links[0] },
		"a link twice":                                    func(_ *proof.Trust, a *proof.Attestation) { a.Links = append(a.Links, a.Links[2]) },
		"a link with another set":                         func(_ *proof.Trust, a *proof.Attestation) { a.Links[1].Next = a.Links[0].Next },
		"a link with a forged set hash":                   func(_ *proof.Trust, a *proof.Attestation) { a.Links[1].Signed.Header.NextValidators[0] ^= 1 },
		"another chain in the header":                     func(_ *proof.Trust, a *proof.Attestation) { a.Signed.Header.ChainID = "other" },
		"another chain is trusted":                        func(tr *proof.Trust, _ *proof.Attestation) { tr.ChainID = "other" },
		"other validators are trusted":                    func(tr *proof.Trust, _ *proof.Attestation) { tr.Validators = newChain("thieves", 1, 1, 1).set },
		"a trust file from a height after the first link": func(tr *proof.Trust, _ *proof.Attestation) { tr.Height = 11 },
		"a set is shown that did not sign":                func(_ *proof.Trust, a *proof.Attestation) { a.Validators = a.Links[0].Next },
		"a trust file without height":                     func(tr *proof.Trust, _ *proof.Attestation) { tr.Height = 0 },
		"a link that changes nothing": func(_ *proof.Trust, a *proof.Attestation) {
			c := newChainKeys("links", "links/0", 1, 1, 1, 1)
			same := proof.Link{Signed: c.sign(c.header(3)), Next: c.set}
			a.Links = append([]proof.Link{same}, a.Links...)
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			trust, a := linked(t, 3)
			change(&trust, &a)
			if err := a.Verify(trust); proof.FailedPart(err) == "" {
				t.Fatalf("got %v, want a refusal", err)
			}
		})
	}
	trust, a := linked(t, 3)
	trust.Height, a.Validators = 10, a.Links[2].Next
	if err := a.Verify(trust); err != nil {
		t.Fatalf("a trust file of the first link's height, and the set that signed: %v", err)
	}
}
