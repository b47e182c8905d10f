package ledger_test

import (
	"fmt"
	"slices"
	"testing"

	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// check asks what the mempool asks.
func (c toy) check(raw []byte) error {
	return c.Runtime.Check(ledger.BlockInfo{Height: c.Height, Time: c.Time}, raw, c.State, nil)
}

func (c toy) wantCheck(raw []byte, code ledger.Code) {
	c.T.Helper()
	if err := c.check(raw); err == nil && code.Number != 0 || err != nil && ledger.CodeOf(err) != code {
		c.T.Fatalf("the mempool says %v, want %q", err, code.Name)
	}
}

func TestAnEnvelopeIsTakenOnceWhileItCouldBe(t *testing.T) {
	c := newToy(t)
	raw := c.Envelope(c.by("ann", add("a", 1)))
	c.wantCheck(raw, accepted)
	res := c.Block(raw, raw)
	c.want(res[0], accepted)
	c.want(res[1], ledger.CodeReplayed)
	c.want(c.Block(raw)[0], ledger.CodeReplayed)
	c.wantCheck(raw, ledger.CodeReplayed)

	// An id that a rule refused is spent too; one that was never admitted is not.
	refused := c.Envelope(c.by("ann", []act{{Do: "no"}}))
	c.want(c.Block(refused)[0], codeToy)
	c.want(c.Block(refused)[0], ledger.CodeReplayed)
	c.want(c.Do(c.by("ann", []act{{Do: "suspend", Name: "bob"}})), accepted)
	early := c.Envelope(c.by("bob", add("a", 1)))
	c.want(c.Block(early)[0], ledger.CodeNotAdmitted)
	c.wantCheck(early, ledger.CodeNotAdmitted)
	if _, marked := c.State.Marks[envelopeID(t, early)]; marked {
		t.Error("an id that is not spent is marked as one that was")
	}

	// The last second counts; after it the id may be forgotten, and is.
	last := c.by("ann", add("a", 1))
	last.ValidUntil = c.Time + 20
	raw = c.Envelope(last)
	c.wantCheck(raw, accepted)
	c.Time += 10
	c.want(c.Block(raw)[0], accepted) // at its last second
	c.want(c.Block(raw)[0], ledger.CodeExpired)
	c.wantCheck(raw, ledger.CodeExpired)
	c.Time += 2 * ledger.SeenBucketSeconds
	c.Do(c.by("ann", add("a", 1)))
	for k := range c.State.Sets {
		if held, _ := c.State.SetHas(ledger.SetSeen, last.ValidUntil/ledger.SeenBucketSeconds, envelopeID(t, raw)); held {
			t.Errorf("the id stays in bucket %v when its hour is over", k)
		}
	}
}

func envelopeID(t *testing.T, raw []byte) proof.Hash {
	t.Helper()
	env, err := proof.DecodeEnvelope(raw)
	if err != nil {
		t.Fatal(err)
	}
	return env.ID()
}

func TestNoIDIsForgottenWhileItCouldBeTaken(t *testing.T) {
	// Through every second of two buckets' border: spent at once, shown again at its
	// last second, when a block in between has dropped what has expired.
	for _, offset := range []uint64{0, 1, ledger.SeenBucketSeconds - 1} {
		c := newToy(t)
		c.Time += ledger.SeenBucketSeconds - c.Time%ledger.SeenBucketSeconds + offset
		a := c.by("ann", add("a", 1))
		a.ValidUntil = c.Time + 2*ledger.SeenBucketSeconds
		raw := c.Envelope(a)
		c.want(c.Block(raw)[0], accepted)
		c.Time = a.ValidUntil - 20
		c.want(c.Do(c.by("bob", add("a", 1))), accepted)
		c.want(c.Block(raw)[0], ledger.CodeReplayed)
	}
}

func TestAnEnvelopeIsValidAheadUpToTheLimit(t *testing.T) {
	c := newToy(t)
	for name, tt := range map[string]struct {
		ahead uint64
		code  ledger.Code
	}{
		"as far as it may be": {ledger.ValidAheadSecondsMax, accepted},
		"a second further":    {ledger.ValidAheadSecondsMax + 1, ledger.CodeTooFarAhead},
	} {
		a := c.by("ann", add("a", 1))
		a.ValidUntil = c.Time + 10 + tt.ahead
		if res := c.Do(a); res.Code != tt.code.Number {
			t.Errorf("%s: %s", name, res.Log)
		}
	}
	other := c.by("ann", add("a", 1))
	other.ChainID = "another-chain"
	c.want(c.Do(other), ledger.CodeWrongChain)
	c.wantCheck(c.Envelope(other), ledger.CodeWrongChain)
}

func TestWhatWaitsCountsAgainstTheQuotaBeforeSignaturesAreJudged(t *testing.T) {
	c := newToy(t)
	c.want(c.Do(c.by("ann", []act{{Do: "limit entries", N: 3}, {Do: "limit writes", N: 10}})), accepted) // her first of three
	good := c.Envelope(c.by("ann", add("a", 1)))
	forged := slices.Clone(good)
	forged[len(forged)-1] ^= 1
	closed := ledger.CodeWrites.Errorf("the door is closed")
	for name, tt := range map[string]struct {
		raw     []byte
		waiting uint64
		err     error
		want    ledger.Code
	}{
		"at the quota with those that wait":    {good, 1, nil, accepted},
		"past it":                              {good, 2, nil, ledger.CodeQuota},
		"forged, at the quota":                 {forged, 1, nil, ledger.CodeBadSignature},
		"forged, past it":                      {forged, 2, nil, ledger.CodeQuota},
		"what the door refuses, forged or not": {forged, 0, closed, ledger.CodeWrites},
	} {
		t.Run(name, func(t *testing.T) {
			info := ledger.BlockInfo{Height: c.Height, Time: c.Time}
			err := c.Runtime.Check(info, tt.raw, c.State, func(env proof.Envelope) (uint64, error) {
				if env.Body.Admission[0].Org != "ann" {
					t.Errorf("the door is asked about %s", env.Body.Admission[0].Org)
				}
				return tt.waiting, tt.err
			})
			if err == nil && tt.want.Number != 0 || err != nil && ledger.CodeOf(err) != tt.want {
				t.Errorf("got %v, want %q", err, tt.want.Name)
			}
		})
	}
}

func TestAQuotaIsCountedToTheLimit(t *testing.T) {
	c := newToy(t)
	c.want(c.Do(c.by("ann", []act{{Do: "limit entries", N: 3}, {Do: "limit writes", N: 10}})), accepted) // her first of three
	c.want(c.Do(c.by("ann", []act{{Do: "no"}})), codeToy)                                                // refused, and counted
	c.want(c.Do(c.by("ann", []act{{Do: "write", N: 10}})), accepted)
	over := c.Envelope(c.by("ann", add("a", 1)))
	c.wantCheck(over, ledger.CodeQuota)
	c.want(c.Block(over)[0], ledger.CodeQuota)
	// Others have their own, of writes too; what is over leaves nothing behind.
	c.want(c.Do(c.by("bob", []act{{Do: "write", N: 10}})), accepted)
	c.want(c.Do(c.by("bob", add("a", 1), []act{{Do: "write", N: 1}})), ledger.CodeQuota)
	c.want(c.Do(c.by("bob", add("b", 1))), accepted)
	if c.number("a") != 0 || c.number("b") != 1 {
		t.Fatalf("a is %d and b %d", c.number("a"), c.number("b"))
	}
	// The first organisation pays for all that admit.
	shared := c.by("cid", add("a", 1))
	shared.Also = []string{"ann"}
	c.want(c.Do(shared), accepted)
	// The id of what was over is not spent, and the next day begins anew.
	c.Time += ledger.EpochSeconds
	next := c.by("ann", add("a", 1))
	c.want(c.Do(next), accepted)
	rows := 0
	for _, k := range c.State.Keys() {
		if k[0] == proof.PrefixQuota {
			rows++
		}
	}
	if rows != 1 {
		t.Errorf("%d rows of quotas are left, where those of earlier days should go", rows)
	}
}

func TestOldQuotasGoABoundedNumberAtATime(t *testing.T) {
	c := newToy(t)
	c.SkipInvariants = true
	var raws [][]byte
	for i := range ledger.QuotaSweepMax + 1 {
		raws = append(raws, c.Envelope(c.by(fmt.Sprint("org", i), add("a", 1))))
	}
	c.Block(raws...)
	count := func() (rows int) {
		for _, k := range c.State.Keys() {
			if k[0] == proof.PrefixQuota {
				rows++
			}
		}
		return rows
	}
	c.Time += ledger.EpochSeconds
	for _, want := range []int{1 + 1, 1} { // today's own row stays
		c.want(c.Do(c.by("ann", add("a", 1))), accepted)
		if got := count(); got != want {
			t.Fatalf("%d rows are left, want %d", got, want)
		}
	}
}

func TestAdmissionIsAskedAgainWithinTheBlock(t *testing.T) {
	c := newToy(t)
	res := c.Block(c.Envelope(c.by("ann", []act{{Do: "suspend", Name: "bob"}})), c.Envelope(c.by("bob", add("a", 1))))
	c.want(res[0], accepted)
	c.want(res[1], ledger.CodeNotAdmitted)
	twice := c.by("ann", add("a", 1))
	twice.Also = []string{"ann"}
	c.want(c.Do(twice), ledger.CodeNotAdmitted)
}

func TestEverySignatureIsAskedFor(t *testing.T) {
	c := newToy(t)
	a := c.by("ann", []act{{Do: "signed", Name: "x"}, {Do: "signed", Name: "y"}, {Do: "signed", Name: "ann"}, {Do: "signed", Name: "bob"}})
	a.Also, a.Signers = []string{"bob"}, []string{"x", "y"}
	good := c.Envelope(a)
	env, err := proof.DecodeEnvelope(good)
	if err != nil {
		t.Fatal(err)
	}
	for i := range env.Signatures {
		forged := env
		forged.Signatures = slices.Clone(env.Signatures)
		forged.Signatures[i] = proof.Sign(ledgertest.PrivateKey("mallory"), env.ID())
		c.want(c.Block(forged.Encode())[0], ledger.CodeBadSignature)
		c.wantCheck(forged.Encode(), ledger.CodeBadSignature)
	}
	swapped := env
	swapped.Signatures = slices.Clone(env.Signatures)
	swapped.Signatures[2], swapped.Signatures[3] = swapped.Signatures[3], swapped.Signatures[2]
	c.want(c.Block(swapped.Encode())[0], ledger.CodeBadSignature)
	c.want(c.Block(good)[0], accepted)
	// A key that did not sign has not signed, the missing key least of all.
	c.want(c.Do(c.by("ann", []act{{Do: "signed", Name: "x"}})), codeToy)
}

func TestOnlyTheEnvelopeThatCountedIsMarked(t *testing.T) {
	c := newToy(t)
	raw := c.Envelope(c.by("ann", add("a", 1)))
	id := envelopeID(t, raw)
	env, err := proof.DecodeEnvelope(raw)
	if err != nil {
		t.Fatal(err)
	}
	env.Signatures = []proof.Signature{proof.Sign(ledgertest.PrivateKey("mallory"), id)}
	broken := env.Encode()
	c.Block(broken, raw, raw)
	want := ledger.EntryMark{ID: id, Height: int64(c.Height), Index: 1}
	for range 2 {
		if got := c.State.Marks[id]; got != want {
			t.Fatalf("the entry stands at %+v, want %+v", got, want)
		}
		c.Block(raw, broken)
	}
	c.Time += ledger.ValidAheadSecondsMax
	c.Block(raw) // expired by now
	if got := c.State.Marks[id]; got != want {
		t.Fatalf("the entry stands at %+v, want %+v", got, want)
	}
}
