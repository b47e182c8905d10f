package proof_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pedigree/proof"
)

// eventLog is a log of events whose root a header can carry.
func eventLog(n int, also map[int][]byte) (leaves []proof.Hash) {
	for i := range n {
		leaf := seedHash("event leaf %d", i)
		if e, given := also[i]; given {
			leaf = proof.TreeLeaf(e)
		}
		leaves = append(leaves, leaf)
	}
	return leaves
}

// rangePath is the path of RangeRoot, as its definition says.
func rangePath(leaves []proof.Hash, first, n int) (path []proof.Hash) {
	for _, s := range proof.RangeSubtrees(uint64(first), uint64(n), uint64(len(leaves))) {
		path = append(path, proof.TreeRoot(leaves[s[0]:s[1]]))
	}
	return path
}

// consistencyPath is that of RFC 6962 section 2.1.2.
func consistencyPath(leaves []proof.Hash, m int, whole bool) []proof.Hash {
	if m == len(leaves) {
		if whole {
			return nil
		}
		return []proof.Hash{proof.TreeRoot(leaves)}
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	if m <= k {
		return append(consistencyPath(leaves[:k], m, whole), proof.TreeRoot(leaves[k:]))
	}
	return append(consistencyPath(leaves[k:], m-k, false), proof.TreeRoot(leaves[:k]))
}

var threeWitnesses = []string{"one.example/w", "two.example/w", "three.example/w"}

// policyText is a policy of which two of three are enough.
func policyText() string {
	var b strings.Builder
	for i, name := range threeWitnesses {
		k, _ := witnessKey(name)
		fmt.Fprintf(&b, "witness w%d %s\n", i+1, k)
	}
	return b.String() + "group two-of-three 2 w1 w2 w3\nquorum two-of-three\n"
}

func policy(t testing.TB, text string) *proof.WitnessPolicy {
	t.Helper()
	p, err := proof.ParseWitnessPolicy([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return &p
}

// witnessedReceipt is a receipt whose one event is number 40, and a checkpoint of 53.
func witnessedReceipt(t testing.TB, c chain, names ...string) (proof.Witnessed, []proof.Hash) {
	t.Helper()
	r := receiptOf(t, c, signedEntry(c.id), 0, true)
	result, err := proof.DecodeResult(0, r.Data)
	if err != nil {
		t.Fatal(err)
	}
	leaves := eventLog(53, map[int][]byte{40: result.Events[0]})
	point := proof.Checkpoint{ChainID: c.id, Events: 53, Root: proof.TreeRoot(leaves)}
	return proof.Witnessed{Object: r.Encode(), Note: noteBy(point, witnessNow, names...), Path: rangePath(leaves, 40, 1)}, leaves
}

// witnessedState is a state proof under a log of 21 events, and a checkpoint of 53.
func witnessedState(t testing.TB, c chain, names ...string) proof.Witnessed {
	t.Helper()
	leaves := eventLog(53, nil)
	tr := newTree(8)
	key := proof.MemberKey(maker)
	tr.set(key, makerState().Encode())
	parts := proof.AppHashParts{EventCount: 21, EventRoot: proof.TreeRoot(leaves[:21]), StateRoot: tr.root(), SetRoot: seedHash("sets")}
	h := c.header(9)
	h.App = parts.Hash()
	p := proof.StateProof{Key: key, Value: makerState().Encode(), Path: tr.path(key), Parts: parts, Header: c.attest(t, h)}
	point := proof.Checkpoint{ChainID: c.id, Events: 53, Root: proof.TreeRoot(leaves)}
	return proof.Witnessed{Object: p.Encode(), Note: noteBy(point, witnessNow, names...), Path: consistencyPath(leaves, 21, true)}
}

func witnessStep(t *testing.T, r proof.Report) proof.Step {
	t.Helper()
	s, found := r.Step(proof.PartWitnesses)
	if !found {
		t.Fatalf("no step says whether witnesses vouch: %+v", r.Steps)
	}
	return s
}

func TestTheReportSaysWhetherEnoughWitnessesVouch(t *testing.T) {
	c := fourValidators()
	bare, _ := witnessedReceipt(t, c)
	two, _ := witnessedReceipt(t, c, threeWitnesses[:2]...)
	one, _ := witnessedReceipt(t, c, threeWitnesses[0], "stranger.example")
	all := witnessedState(t, c, threeWitnesses...)
	p := policy(t, policyText())
	for _, tc := range []struct {
		name    string
		object  []byte
		policy  *proof.WitnessPolicy
		verdict proof.Verdict
		outcome proof.Outcome
		text    string
	}{
		{"two of three", two.Encode(), p, proof.OK, proof.Proved, "Witnessed by 2 of 3 at height 7: one.example/w at 2026-09-21T14:15:00Z"},
		{"all of three, for a state", all.Encode(), p, proof.OK, proof.Proved, "Witnessed by 3 of 3 at height 8"},
		{"one of three and a stranger", one.Encode(), p, proof.NotShown, proof.Partly, "CAN'T TELL: witnessed by 1 of 3 at height 7"},
		{"nobody", bare.Encode(), p, proof.NotShown, proof.Partly, "CAN'T TELL: witnessed by 0 of 3"},
		{"a file without a checkpoint", bare.Object, p, proof.NotShown, proof.Partly, "CAN'T TELL: the file carries no checkpoint"},
		{"nobody was asked about", bare.Object, nil, proof.NotShown, proof.Proved, "Witnesses were not asked about."},
		{"nobody was asked about, though two are there", two.Encode(), nil, proof.NotShown, proof.Proved, "Witnesses were not asked about, for no policy says which to believe. The file carries 2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := proof.Check(tc.object, c.trust(), proof.Options{Witnesses: tc.policy, Now: witnessNow})
			if err != nil {
				t.Fatal(err)
			}
			s := witnessStep(t, r)
			if s.Verdict != tc.verdict || r.Outcome() != tc.outcome || !strings.HasPrefix(s.Text, tc.text) {
				t.Errorf("%s: %q, and the whole %s", s.Verdict, s.Text, r.Outcome())
			}
		})
	}
}

func TestWhatContradictsAWitnessIsRefused(t *testing.T) {
	c := fourValidators()
	good, leaves := witnessedReceipt(t, c, threeWitnesses...)
	point := proof.Checkpoint{ChainID: c.id, Events: 53, Root: proof.TreeRoot(leaves)}
	rewritten := slices.Delete(slices.Clone(leaves), 40, 41)
	elsewhere := point
	elsewhere.ChainID = "another"
	refusal := receiptOf(t, c, signedEntry(c.id), 1004, true)
	with := func(change func(*proof.Witnessed)) proof.Witnessed {
		w := good
		change(&w)
		return w
	}
	for _, tc := range []struct {
		name, text string
		w          proof.Witnessed
	}{
		{"a log that doesn't hold the entry", "lead to root", with(func(w *proof.Witnessed) {
			w.Note = noteBy(proof.Checkpoint{ChainID: c.id, Events: 52, Root: proof.TreeRoot(rewritten)}, witnessNow, threeWitnesses...)
			w.Path = rangePath(rewritten, 40, 1)
		})},
		{"a checkpoint of another ledger", "is of \"another\"", with(func(w *proof.Witnessed) { w.Note = noteBy(elsewhere, witnessNow, threeWitnesses...) })},
		{"a checkpoint that is too old", "too old: 41 are needed", with(func(w *proof.Witnessed) {
			w.Note = noteBy(proof.Checkpoint{ChainID: c.id, Events: 40, Root: proof.TreeRoot(leaves[:40])}, witnessNow, threeWitnesses...)
			w.Path = nil
		})},
		{"a cosignature of before the entry", "before the header", with(func(w *proof.Witnessed) {
			w.Note = noteBy(point, witnessNow.Add(-20*time.Minute), threeWitnesses...)
		})},
		{"a cosignature of tomorrow", "later than this clock", with(func(w *proof.Witnessed) {
			w.Note = noteBy(point, witnessNow.Add(24*time.Hour), threeWitnesses...)
		})},
		{"another time put before a cosignature", "is wrong", with(func(w *proof.Witnessed) { w.Note = replayed(t, w.Note) })},
		{"the same cosignature twice", "there twice", with(func(w *proof.Witnessed) {
			text, lines, _ := strings.Cut(string(w.Note), "\n\n")
			w.Note = []byte(text + "\n\n" + lines + lines)
		})},
		{"a path that is too long", "which is not their number", with(func(w *proof.Witnessed) { w.Path = append(slices.Clone(w.Path), proof.Hash{1}) })},
		{"a path that is too short", "which is not their number", with(func(w *proof.Witnessed) { w.Path = w.Path[1:] })},
		{"the receipt of a refused entry", "made no events", with(func(w *proof.Witnessed) { w.Object = refusal.Encode() })},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := proof.Check(tc.w.Encode(), c.trust(), proof.Options{Witnesses: policy(t, policyText()), Now: witnessNow})
			if err == nil || proof.FailedPart(err) != proof.PartWitnesses || !strings.Contains(err.Error(), tc.text) || r.Outcome() != proof.Refused {
				t.Errorf("%s, %v", r.Outcome(), err)
			}
		})
	}
}

// replayed sets another time into the first cosignature.
func replayed(t *testing.T, note []byte) []byte {
	t.Helper()
	text, lines, _ := strings.Cut(string(note), "\n\n")
	first, rest, _ := strings.Cut(lines, "\n")
	name, sig, _ := strings.Cut(strings.TrimPrefix(first, "— "), " ")
	raw := unbase64(t, sig)
	raw[11]++
	return []byte(text + "\n\n— " + name + " " + base64Of(raw) + "\n" + rest)
}

// TestEveryChangedByteOfAWitnessedFileIsRefusedOrNamed changes each byte; what is
// left may only say that a witness is missing.
func TestEveryChangedByteOfAWitnessedFileIsRefusedOrNamed(t *testing.T) {
	c := fourValidators()
	three, _ := witnessedReceipt(t, c, threeWitnesses...)
	for name, w := range map[string]proof.Witnessed{"a receipt": three, "a state value": witnessedState(t, c, threeWitnesses...)} {
		t.Run(name, func(t *testing.T) {
			o := proof.Options{Witnesses: policy(t, policyText()), Now: witnessNow}
			b := w.Encode()
			whole, err := proof.Check(b, c.trust(), o)
			if err != nil {
				t.Fatal(err)
			}
			full := witnessStep(t, whole).Text
			named := 0
			for i := range b {
				b[i] ^= 1 << (i % 8)
				r, err := proof.Check(b, c.trust(), o)
				b[i] ^= 1 << (i % 8)
				if err != nil && proof.FailedPart(err) != "" {
					continue
				}
				if s := witnessStep(t, r); err != nil || !strings.HasPrefix(s.Text, "Witnessed by 2 of 3") || s.Text == full {
					t.Fatalf("byte %d of %d: %v, %q", i, len(b), err, s.Text)
				}
				named++
			}
			if named == 0 || named > 100 {
				t.Errorf("%d changed bytes only cost a witness; its name and its key's id have some dozens", named)
			}
		})
	}
}

func TestAPolicyIsReadStrictly(t *testing.T) {
	k1, _ := witnessKey("a.example")
	k2, _ := witnessKey("b.example")
	same := proof.WitnessKey{Name: "c.example", Key: k1.Key}
	two := fmt.Sprintf("witness a %s\nwitness b %s https://b.example\n", k1, k2)
	var many strings.Builder
	for i := range proof.WitnessesMax {
		k, _ := witnessKey(fmt.Sprint("w", i))
		fmt.Fprintf(&many, "witness w%d %s\n", i, k)
	}
	for _, tc := range []struct {
		name, text string
		ok         bool
	}{
		{"one witness", "witness a " + k1.String() + "\nquorum a\n", true},
		{"remarks and empty lines", "# ours\n\n" + two + "group g any a b # either\nquorum g", true},
		{"groups of groups", two + "group g all a b\ngroup h 1 g a\nquorum h\n", true},
		{"no quorum", two, false},
		{"two quorums", two + "quorum a\nquorum b\n", false},
		{"a quorum of nobody", two + "quorum none\n", false},
		{"a name that isn't there yet", "group g any a\n" + two + "quorum g\n", false},
		{"a member twice", two + "group g 2 a a\nquorum g\n", false},
		{"one key under two names", two + fmt.Sprintf("witness c %s\nquorum c\n", same), false},
		{"a name twice", two + "group a 1 b\nquorum a\n", false},
		{"a number of none", two + "group g 0 a b\nquorum g\n", false},
		{"a number of more than there are", two + "group g 3 a b\nquorum g\n", false},
		{"a number in another form", two + "group g 02 a b\nquorum g\n", false},
		{"a log", "log x\n" + two + "quorum a\n", false},
		{"a damaged key", "witness a " + k1.String()[2:] + "\nquorum a\n", false},
		{"as many witnesses as there may be", many.String() + "quorum w0\n", true},
		{"one more", many.String() + "witness a " + k1.String() + "\nquorum w0\n", false},
		{"as long as it may be", "witness a " + k1.String() + "\nquorum a\n" + strings.Repeat("#", proof.PolicyFileSizeMax-len(k1.String())-len("witness a \nquorum a\n")), true},
		{"longer", strings.Repeat("#", proof.PolicyFileSizeMax+1), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := proof.ParseWitnessPolicy([]byte(tc.text)); (err == nil) != tc.ok {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAQuorumIsOfDifferentWitnesses(t *testing.T) {
	k1, _ := witnessKey("a.example")
	k2, _ := witnessKey("b.example")
	k3, _ := witnessKey("c.example")
	p := policy(t, fmt.Sprintf("witness a %s\nwitness b %s\nwitness c %s\ngroup bc any b c\ngroup all 2 a bc\nquorum all\n", k1, k2, k3))
	for names, want := range map[string]bool{"": false, "a.example": false, "b.example c.example": false, "a.example a.example": false, "a.example c.example": true, "a.example b.example c.example": true, "a b": false} {
		if got := p.Enough(strings.Fields(names)); got != want {
			t.Errorf("%q: %v", names, got)
		}
	}
	if (proof.WitnessPolicy{}).Enough([]string{""}) {
		t.Error("the empty policy is satisfied")
	}
}

func TestNeighbouringLeavesLeadToTheRoot(t *testing.T) {
	for _, size := range []int{1, 2, 3, 7, 8, 9, 31, 32, 33} {
		leaves := eventLog(size, nil)
		for first := range size {
			for n := 1; first+n <= size; n++ {
				path := rangePath(leaves, first, n)
				got, err := proof.RangeRoot(leaves[first:first+n], uint64(first), uint64(size), path)
				if err != nil || got != proof.TreeRoot(leaves) {
					t.Fatalf("%d from %d of %d: %s, %v", n, first, size, got, err)
				}
				if n == 1 {
					continue
				}
				if got, err := proof.RangeRoot(leaves[first:first+n-1], uint64(first), uint64(size), path); err == nil && got == proof.TreeRoot(leaves) {
					t.Fatalf("%d from %d of %d: one leaf less leads to the root too", n, first, size)
				}
			}
		}
	}
	leaf := []proof.Hash{{1}}
	for _, tc := range []struct {
		leaves      []proof.Hash
		first, size uint64
	}{{nil, 0, 1}, {leaf, 0, 0}, {leaf, 1, 1}, {leaf, 1<<64 - 1, 1<<64 - 1}, {leaf, 1<<64 - 2, 1<<64 - 1}} {
		if _, err := proof.RangeRoot(tc.leaves, tc.first, tc.size, nil); err == nil {
			t.Errorf("leaf %d of %d leads somewhere", tc.first, tc.size)
		}
	}
}

func FuzzParseWitnessPolicy(f *testing.F) {
	f.Add([]byte(policyText()), "one.example/w")
	f.Add([]byte("group g all a\nquorum g"), "")
	f.Fuzz(func(t *testing.T, raw []byte, name string) {
		p, err := proof.ParseWitnessPolicy(raw)
		if err == nil && p.Enough(nil) {
			t.Fatalf("%q asks for nobody", raw)
		}
		if err != nil && p.Enough([]string{name}) {
			t.Fatalf("%q can't be read, and is satisfied", raw)
		}
	})
}
