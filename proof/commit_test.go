package proof_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"pedigree/proof"
)

func TestAChangedCommitIsRefused(t *testing.T) {
	b := randomCometBlock(t, rand.New(rand.NewPCG(3, 3)), 7)
	set := b.proofSet(t)
	tests := map[string]func(s *proof.SignedHeader){
		"another chain":              func(s *proof.SignedHeader) { s.Header.ChainID += "x" },
		"another height":             func(s *proof.SignedHeader) { s.Header.Height++ },
		"another time":               func(s *proof.SignedHeader) { s.Header.Time.Nanos ^= 1 },
		"another app version":        func(s *proof.SignedHeader) { s.Header.AppVersion++ },
		"another last block":         func(s *proof.SignedHeader) { s.Header.LastBlockID.Hash[0] ^= 1 },
		"another last commit":        func(s *proof.SignedHeader) { s.Header.LastCommit[0] ^= 1 },
		"other data":                 func(s *proof.SignedHeader) { s.Header.Data[0] ^= 1 },
		"other validators":           func(s *proof.SignedHeader) { s.Header.Validators[0] ^= 1 },
		"other next validators":      func(s *proof.SignedHeader) { s.Header.NextValidators[0] ^= 1 },
		"other consensus parameters": func(s *proof.SignedHeader) { s.Header.Consensus[0] ^= 1 },
		"another application hash":   func(s *proof.SignedHeader) { s.Header.App[0] ^= 1 },
		"other results":              func(s *proof.SignedHeader) { s.Header.LastResults[0] ^= 1 },
		"other evidence":             func(s *proof.SignedHeader) { s.Header.Evidence[0] ^= 1 },
		"another proposer":           func(s *proof.SignedHeader) { s.Header.Proposer[0] ^= 1 },
		"another round":              func(s *proof.SignedHeader) { s.Commit.Round++ },
		"another number of parts":    func(s *proof.SignedHeader) { s.Commit.Parts.Total++ },
		"other parts":                func(s *proof.SignedHeader) { s.Commit.Parts.Hash[0] ^= 1 },
		"another time of a vote":     func(s *proof.SignedHeader) { s.Commit.Signatures[3].Time.Seconds++ },
		"another signature":          func(s *proof.SignedHeader) { s.Commit.Signatures[3].Signature[9] ^= 1 },
		"another algorithm":          func(s *proof.SignedHeader) { s.Commit.Signatures[3].Signature[0] = 2 },
		"a signature twice":          func(s *proof.SignedHeader) { s.Commit.Signatures[3] = s.Commit.Signatures[2] },
		"a signature of nobody":      func(s *proof.SignedHeader) { s.Commit.Signatures[6].Index = 7 },
		"signatures out of order": func(s *proof.SignedHeader) {
			s.Commit.Signatures[0], s.Commit.Signatures[1] = s.Commit.Signatures[1], s.Commit.Signatures[0]
		},
		"no signatures": func(s *proof.SignedHeader) { s.Commit.Signatures = nil },
	}
	if err := b.signed(t).Verify(set); err != nil {
		t.Fatal(err)
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			s := b.signed(t)
			change(&s)
			if err := s.Verify(set); !errors.Is(err, proof.ErrProof) {
				t.Fatalf("got %v, want a refusal", err)
			}
		})
	}
}

func TestMoreThanTwoThirdsOfThePowerMustSign(t *testing.T) {
	tests := []struct {
		name   string
		powers []uint64
		signed []int
		ok     bool
	}{
		{"one of one signs", []uint64{5}, []int{0}, true},
		{"two of three sign, which is two thirds and not more", []uint64{1, 1, 1}, []int{0, 1}, false},
		{"three of four sign", []uint64{1, 1, 1, 1}, []int{0, 2, 3}, true},
		{"two of four sign", []uint64{1, 1, 1, 1}, []int{0, 1}, false},
		{"one with two thirds and a little signs", []uint64{201, 50, 49}, []int{0}, true},
		{"one with exactly two thirds signs", []uint64{200, 50, 50}, []int{0}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newChain("threshold", tt.powers...)
			s := c.sign(c.header(9), tt.signed...)
			if err := s.Verify(c.set); (err == nil) != tt.ok {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestPruningKeepsTheFewestSignatures(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 2))
		b := randomCometBlock(t, rng, 1+rng.IntN(20))
		s, set := b.signed(t), b.proofSet(t)
		bad := rng.IntN(len(set))
		if len(set) > 9 { // the rest still holds more than two thirds
			s.Commit.Signatures[bad].Signature[20] ^= 1
		}
		p, err := s.Prune(set)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for drop := range p.Commit.Signatures {
			q := p
			q.Commit.Signatures = append(append([]proof.CommitSignature{}, p.Commit.Signatures[:drop]...), p.Commit.Signatures[drop+1:]...)
			if q.Verify(set) == nil {
				t.Fatalf("seed %d: signature %d of %d could be left out", seed, drop, len(p.Commit.Signatures))
			}
		}
	}
}

func TestPruningNeedsEnoughGoodSignatures(t *testing.T) {
	c := newChain("prune", 1, 1, 1, 1)
	s := c.sign(c.header(3), 0, 1, 2)
	s.Commit.Signatures[0].Signature[5] ^= 1
	if _, err := s.Prune(c.set); !errors.Is(err, proof.ErrProof) {
		t.Fatalf("got %v, want a refusal", err)
	}
	s.Commit.Signatures[0].Index = 4
	if _, err := s.Prune(c.set); err == nil {
		t.Fatal("a signature of nobody was taken")
	}
}

func TestAnImpossibleValidatorSetIsRefused(t *testing.T) {
	c := newChain("sets", 3, 2, 2)
	limit := func(n int) proof.ValidatorSet {
		var list []proof.Validator
		for i := range n {
			list = append(list, proof.Validator{Key: seedKey("limit", i).public, Power: 1})
		}
		set, _ := proof.NewValidatorSet(list)
		return set
	}
	if err := limit(proof.ValidatorsMax).Check(); err != nil {
		t.Fatalf("a set at the limit: %v", err)
	}
	tests := map[string]proof.ValidatorSet{
		"empty":                 {},
		"one past the limit":    limit(proof.ValidatorsMax + 1),
		"out of order":          {c.set[1], c.set[0], c.set[2]},
		"a validator twice":     {c.set[0], c.set[1], c.set[1]},
		"a key twice":           {c.set[0], {Key: c.set[0].Key, Power: 1}},
		"no power":              {{Key: c.set[0].Key}},
		"too much power":        {{Key: c.set[0].Key, Power: 1 << 60}},
		"too much power in all": {{Key: c.set[0].Key, Power: 1<<60 - 1}, {Key: c.set[1].Key, Power: 1}},
		"a key of another kind": {{Key: proof.Key{2}, Power: 1}},
		"no key":                {{Power: 1}},
	}
	for name, set := range tests {
		t.Run(name, func(t *testing.T) {
			if set.Check() == nil {
				t.Fatal("accepted")
			}
		})
	}
	if err := (proof.ValidatorSet{{Key: c.set[0].Key, Power: 1<<60 - 1}}).Check(); err != nil {
		t.Fatalf("the greatest power: %v", err)
	}
}
