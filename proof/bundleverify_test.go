package proof_test

import (
	"strings"
	"testing"
	"time"

	"pedigree/proof"
)

// TestABundleThatDoesNotHoldIsRefused changes one fact and signs everything anew,
// so that only the rule in question can refuse it.
func TestABundleThatDoesNotHoldIsRefused(t *testing.T) {
	tests := []struct {
		name   string
		part   string
		facts  func(g *goods)
		bundle func(g *goods, b *proof.Bundle)
	}{
		{"the statement is about another origin", proof.PartStatement, func(g *goods) { g.pallet.statement.Origin = seedHash("x"); g.state = g.pallet.originState() }, nil},
		{"the statement is about another chain", proof.PartStatement, func(g *goods) { g.pallet.statement.ChainID = "x"; g.state = g.pallet.originState() }, nil},
		{"the statement names another lot", proof.PartStatement, func(g *goods) { g.pallet.statement.Items[0].Lot = "LOT-8"; g.state = g.pallet.originState() }, nil},
		{"the statement names another expiry", proof.PartStatement, func(g *goods) { g.pallet.statement.Items[0].Expiry = "300101"; g.state = g.pallet.originState() }, nil},
		{"the statement names another GTIN", proof.PartStatement, func(g *goods) { g.pallet.statement.Items[0].GTIN = caseGTIN; g.state = g.pallet.originState() }, nil},
		{"the origin carries another commitment", proof.PartStatement, func(g *goods) { g.state.Stmt = seedHash("x") }, nil},
		{"the origin carries no commitment", proof.PartStatement, func(g *goods) { g.state.Stmt = proof.Hash{} }, nil},
		{"the key has another id", proof.PartMaker, func(g *goods) { g.member.Keys[0].ID = 2 }, nil},
		{"the key is another", proof.PartMaker, func(g *goods) { g.member.Keys[0].Key = seedKey("thief", 1).public }, nil},
		{"the key came after the commission", proof.PartMaker, func(g *goods) { g.member.Keys[0].From = 101 }, nil},
		{"the key was retired before the commission", proof.PartMaker, func(g *goods) { g.member.Keys[0].To = 100 }, nil},
		{"the key was compromised before the commission", proof.PartMaker, func(g *goods) { g.member.Keys[0].Compromised = 99 }, nil},
		{"there is no licence", proof.PartLicence, func(g *goods) { g.member.Licences = nil }, nil},
		{"the licence is for another role", proof.PartLicence, func(g *goods) { g.member.Licences[0].Role = proof.RoleWholesaler }, nil},
		{"the licence had ended", proof.PartLicence, func(g *goods) { g.member.Licences[0].ToDay = 20_699 }, nil},
		{"the licence had not begun", proof.PartLicence, func(g *goods) { g.member.Licences[0].FromDay = 20_701 }, nil},
		{"the licence was revoked", proof.PartLicence, func(g *goods) { g.member.Licences[0].Revoked = 20_700 }, nil},
		{"the licence was recorded later", proof.PartLicence, func(g *goods) { g.member.Licences[0].Recorded = 101 }, nil},
		{"the company prefix is another's", proof.PartPrefix, func(g *goods) { g.member.Prefixes[0].Prefix = "9504001" }, nil},
		{"the company prefix came later", proof.PartPrefix, func(g *goods) { g.member.Prefixes[0].From = 101 }, nil},
		{"the company prefix had ended", proof.PartPrefix, func(g *goods) { g.member.Prefixes[0].To = 100 }, nil},
		{"the record is of another tree", proof.PartPath, func(g *goods) { g.record.Root[0] ^= 1 }, nil},
		{"the record is of another depth", proof.PartPath, func(g *goods) { g.record.Depth++ }, nil},
		{"the origin has no class", proof.PartOrigin, func(g *goods) { g.state.Class = 0 }, nil},
		{"the unit stands in another slot", proof.PartPath, nil, func(_ *goods, b *proof.Bundle) { b.Levels[0].Pos ^= 1 }},
		{"the containers are swapped", proof.PartRecord, nil, func(_ *goods, b *proof.Bundle) { b.Levels[0], b.Levels[1] = b.Levels[1], b.Levels[0] }},
		{"the unit is another's", proof.PartPath, nil, func(g *goods, b *proof.Bundle) { b.Unit = g.pallet.unit(1, 3) }},
		{"the unit has a wrong check digit", proof.PartUnit, nil, func(_ *goods, b *proof.Bundle) { b.Unit.ID = strings.Replace(b.Unit.ID, gtin, "09504000059117", 1) }},
		{"the unit is called a pallet", proof.PartUnit, nil, func(_ *goods, b *proof.Bundle) { b.Unit.Attrs = palletAttrs }},
		{"the unit is called nothing", proof.PartUnit, nil, func(_ *goods, b *proof.Bundle) { b.Unit.Attrs = proof.Attrs{Lot: lot, Expiry: expiry}.Encode() }},
		{"the unit has no lot", proof.PartUnit, nil, func(_ *goods, b *proof.Bundle) {
			b.Unit.Attrs = proof.Attrs{Expiry: expiry, Kind: proof.KindUnit}.Encode()
		}},
		{"the unit's expiry is no date", proof.PartUnit, nil, func(_ *goods, b *proof.Bundle) {
			b.Unit.Attrs = proof.Attrs{Lot: lot, Expiry: "290600", Kind: proof.KindUnit}.Encode()
		}},
		{"the unit contains something", proof.PartUnit, nil, func(_ *goods, b *proof.Bundle) { b.Unit.Depth, b.Unit.Root = 1, seedHash("x") }},
		{"the unit has surfaced", proof.PartPlace, nil, func(g *goods, b *proof.Bundle) {
			g.further[string(proof.RecordKey(b.Origin, b.Unit.Leaf()))] = liveRecord().Encode()
			g.prove(t, b)
		}},
		{"the case has surfaced", proof.PartPlace, nil, func(g *goods, b *proof.Bundle) {
			g.further[string(proof.RecordKey(b.Origin, b.Levels[0].Leaf))] = liveRecord().Encode()
			g.prove(t, b)
		}},
		{"the case's absence is missing", proof.PartPlace, nil, func(_ *goods, b *proof.Bundle) { b.Absent = b.Absent[:1] }},
		{"a parent is shown of a record that has none", proof.PartPlace, nil, func(_ *goods, b *proof.Bundle) { b.Parents = []proof.StateValue{b.Record} }},
		{"the answer is to another nonce", proof.PartPresence, nil, func(_ *goods, b *proof.Bundle) {
			b.Presence.Nonce = []byte("a nonce of another one's choice")
			m := proof.PresenceMessage("pilot-1", b.Origin, b.Unit.Leaf(), b.Presence.Nonce)
			b.Presence.Signature = holder().sign(m)
		}},
		{"the owner answers for the holder", proof.PartPresence, nil, func(_ *goods, b *proof.Bundle) { *b = answered(*b, owner()) }},
		{"the roots are another height's", proof.PartHeader, nil, func(_ *goods, b *proof.Bundle) { b.Parts.EventCount++ }},
		{"too few validators signed", proof.PartHeader, nil, func(_ *goods, b *proof.Bundle) {
			b.Header.Signed.Commit.Signatures = b.Header.Signed.Commit.Signatures[1:]
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGoods(fourValidators(), "a", 4, 6, 5)
			if tt.facts != nil {
				tt.facts(g)
			}
			b := answered(g.bundle(t), holder())
			if tt.bundle != nil {
				tt.bundle(g, &b)
			}
			r, err := b.Verify(g.chain.trust(), proof.Options{Nonce: nonce})
			if proof.FailedPart(err) != tt.part || r.Outcome() != proof.Refused {
				t.Fatalf("got %v (%s), want a refusal of %s", err, r.Outcome(), tt.part)
			}
		})
	}
}

func TestALaterLossOfTheKeyTakesNothingBack(t *testing.T) {
	g := newGoods(fourValidators(), "a", 4, 6, 5)
	g.member.Keys[0].Compromised, g.member.Keys[0].To, g.member.Standing = 101, 500, proof.MemberRemoved
	r, err := g.bundle(t).Verify(g.chain.trust(), proof.Options{})
	if err != nil || r.Outcome() != proof.Proved {
		t.Fatalf("got %+v, %v", r.Report, err)
	}
	if s, _ := r.Step(proof.PartMaker); !strings.Contains(s.Text, "no longer a member") {
		t.Fatalf("the report hides that the maker has left: %s", s.Text)
	}
}

func TestABundleWarnsOfGoodsNotToAccept(t *testing.T) {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 12, 0, 0, 0, time.UTC) }
	tests := []struct {
		name    string
		facts   func(g *goods)
		options proof.Options
		alert   string // empty: none
	}{
		{"nothing is wrong", func(*goods) {}, proof.Options{}, ""},
		{"the origin is recalled", func(g *goods) { g.state.Recall = 3 }, proof.Options{}, "RECALLED: recall number 3"},
		{"the record is held", func(g *goods) { g.record.Flags = proof.FlagHeld }, proof.Options{}, "on hold"},
		{"the record is suspect", func(g *goods) { g.record.Flags = proof.FlagSuspect }, proof.Options{}, "suspect"},
		{"the record is illegitimate", func(g *goods) { g.record.Flags = proof.FlagIllegitimate }, proof.Options{}, "ILLEGITIMATE"},
		{"the record is stolen", func(g *goods) { g.record.Flags = proof.FlagStolen }, proof.Options{}, "STOLEN"},
		{"the record is frozen", func(g *goods) { g.record.Flags = proof.FlagFrozen }, proof.Options{}, "frozen"},
		{"the record came back once", func(g *goods) { g.record.Flags = proof.FlagReentered }, proof.Options{}, ""},
		{"the record has ended", func(g *goods) { g.record.State, g.record.End = proof.StateEnded, proof.EndLeftSupply }, proof.Options{}, "ENDED: left the supply"},
		{"a repackager says that it made the goods", func(g *goods) { g.member.Licences[0].Role = proof.RoleRepackager }, proof.Options{}, "licensed as a repackager only"},
		{"a repackager repacked them", func(g *goods) { g.state.Class, g.member.Licences[0].Role = proof.ClassRepacked, proof.RoleRepackager }, proof.Options{}, ""},
		{"the last day of use", func(*goods) {}, proof.Options{Now: day(2029, 6, 30)}, ""},
		{"the day after", func(*goods) {}, proof.Options{Now: day(2029, 7, 1)}, "EXPIRED"},
		{"49 years later, in the same century", func(*goods) {}, proof.Options{Now: day(2078, 7, 1)}, "EXPIRED"},
		{"50 years before, in the next century", func(*goods) {}, proof.Options{Now: day(2079, 7, 1)}, ""},
		{"a header as old as allowed", func(*goods) {}, proof.Options{Now: time.Unix(1_790_000_901+3600, 0), MaxAge: time.Hour}, ""},
		{"a header older than allowed", func(*goods) {}, proof.Options{Now: time.Unix(1_790_000_901+3602, 0), MaxAge: time.Hour}, "older than 1h0m0s"},
		{"a header of the future", func(*goods) {}, proof.Options{Now: time.Unix(1_790_000_000, 0)}, "later than this clock"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGoods(fourValidators(), "a", 4, 6, 5)
			tt.facts(g)
			r, err := g.bundle(t).Verify(g.chain.trust(), tt.options)
			if err != nil {
				t.Fatal(err)
			}
			all := strings.Join(r.Alerts, " ")
			if (tt.alert == "") != (all == "") || !strings.Contains(all, tt.alert) || (all != "") != (r.Outcome() == proof.Alert) {
				t.Fatalf("alerts %q, outcome %s, want %q", r.Alerts, r.Outcome(), tt.alert)
			}
		})
	}
}

func TestABundleSaysWhatItDoesNotShow(t *testing.T) {
	tests := []struct {
		name    string
		bundle  func(g *goods, b *proof.Bundle)
		options proof.Options
		part    string
		outcome proof.Outcome
		text    string
	}{
		{"no maker", func(g *goods, b *proof.Bundle) { b.Maker = nil }, proof.Options{}, proof.PartMaker, proof.Partly, "not proved"},
		{"introduced stock", func(g *goods, b *proof.Bundle) { g.state.Class = proof.ClassIntroduced; *b = g.bundle(t) }, proof.Options{}, proof.PartMaker, proof.Partly, "not shown to have made them"},
		{"a holder's own container", func(g *goods, b *proof.Bundle) {
			g.state.Class, g.state.Stmt = proof.ClassBox, proof.Hash{}
			*b = g.bundle(t)
			b.Maker = nil
		}, proof.Options{}, proof.PartStatement, proof.Partly, "has no maker"},
		{"no absences", func(_ *goods, b *proof.Bundle) { b.Absent = nil }, proof.Options{}, proof.PartPlace, proof.Proved, "may have left"},
		{"nobody was asked", func(*goods, *proof.Bundle) {}, proof.Options{}, proof.PartPresence, proof.Proved, "was not asked"},
		{"nobody answered", func(*goods, *proof.Bundle) {}, proof.Options{Nonce: nonce}, proof.PartPresence, proof.Partly, "did not answer"},
		{"someone else asked", func(_ *goods, b *proof.Bundle) { *b = answered(*b, holder()) }, proof.Options{}, proof.PartPresence, proof.Proved, "did not choose"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGoods(fourValidators(), "a", 4, 6, 5)
			b := g.bundle(t)
			tt.bundle(g, &b)
			r, err := b.Verify(g.chain.trust(), tt.options)
			if err != nil {
				t.Fatal(err)
			}
			s, _ := r.Step(tt.part)
			if s.Verdict != proof.NotShown || r.Outcome() != tt.outcome || !strings.Contains(s.Text, tt.text) {
				t.Fatalf("step %+v, outcome %s", s, r.Outcome())
			}
		})
	}
}

func TestGoodsOnOfferAreTheSendersUntilReceived(t *testing.T) {
	g := newGoods(fourValidators(), "a", 4, 6, 5)
	g.record.State = proof.StateTransit
	g.record.Transit = proof.Transit{To: seedKey("receiver", 1).public, Back: owner().public, Deadline: 1_790_090_000}
	b := answered(g.bundle(t), holder())
	r, err := b.Verify(g.chain.trust(), proof.Options{Nonce: nonce})
	if s, _ := r.Step(proof.PartPlace); err != nil || !strings.Contains(s.Text, "on offer") {
		t.Fatalf("got %+v, %v", s, err)
	}
	b = answered(b, seedKey("receiver", 1))
	if _, err := b.Verify(g.chain.trust(), proof.Options{Nonce: nonce}); proof.FailedPart(err) != proof.PartPresence {
		t.Fatalf("the receiver answers too early: got %v, want a refusal", err)
	}
}
