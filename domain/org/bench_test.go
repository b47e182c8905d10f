package org_test

import (
	"fmt"
	"strings"
	"testing"

	"pedigree/domain/org"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
	"pedigree/proof"
)

// BenchmarkAdmissionKey measures what every entry pays twice: reading a member
// and finding its key.
func BenchmarkAdmissionKey(b *testing.B) {
	n := newNetwork(b, founding())
	large := strings.Repeat("m", org.IDMax)
	full := fullMember(large)
	want(b, n.send(n.entry("admit", &full)), accepted)
	for name, id := range map[string]string{"an ordinary member": "alpha", "a member with every list full": large} {
		b.Run(name, func(b *testing.B) {
			block, s := &ledger.Block{Height: n.Height + 1, Time: n.Time}, n.View()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (org.Governor{}).AdmissionKey(block, s, proof.Admission{Org: id, KeyID: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkProposal measures three blocks, signatures and all: a proposal, a vote on
// it, its withdrawal.
func BenchmarkProposal(b *testing.B) {
	n := newNetwork(b, founding())
	n.SkipInvariants = true
	act := n.entry("suspend", &org.Suspend{Member: "gamma"})
	b.ReportAllocs()
	for b.Loop() {
		n.Time += 60
		entry := n.entry("propose", &org.Propose{Module: "org", Kind: "suspend", Message: act.Message})
		envelope := n.Envelope(ledgertest.Act{As: "alpha", Entries: []proof.Entry{entry}})
		n.Block(envelope)
		decoded, err := proof.DecodeEnvelope(envelope)
		if err != nil {
			b.Fatal(err)
		}
		want(b, n.sendAs(ledgertest.Act{As: "beta", Entries: []proof.Entry{n.entry("approve", &org.Approve{Proposal: decoded.ID()})}}), accepted)
		want(b, n.sendAs(ledgertest.Act{As: "alpha", Entries: []proof.Entry{n.entry("withdraw", &org.Withdraw{Proposal: decoded.ID()})}}), accepted)
	}
}

// BenchmarkProposeAmong measures a block with a proposal of the longest kind while
// none, or all others that there may be, are open.
func BenchmarkProposeAmong(b *testing.B) {
	for _, open := range []int{0, org.OpenProposalsMax - 1} {
		b.Run(fmt.Sprintf("%d others", open), func(b *testing.B) {
			f := founding()
			for i := range org.OpenProposalsMax / org.OpenPerMemberMax {
				f.Members = append(f.Members, founder(fmt.Sprint("m", i), proof.RolePayer, false))
			}
			n, full := newNetwork(b, f), fullMember("full")
			n.SkipInvariants = true
			act := n.entry("admit", &full)
			propose := n.entry("propose", &org.Propose{Module: act.Module, Kind: act.Kind, Message: act.Message})
			for i := range open {
				want(b, n.sendAs(ledgertest.Act{As: fmt.Sprint("m", i/org.OpenPerMemberMax), Entries: []proof.Entry{propose}}), accepted)
			}
			for b.Loop() {
				n.Time += 60
				envelope := n.Envelope(ledgertest.Act{As: "alpha", Entries: []proof.Entry{propose}})
				n.Block(envelope)
				b.StopTimer()
				decoded, err := proof.DecodeEnvelope(envelope)
				if err != nil {
					b.Fatal(err)
				}
				want(b, n.sendAs(ledgertest.Act{As: "alpha", Entries: []proof.Entry{n.entry("withdraw", &org.Withdraw{Proposal: decoded.ID()})}}), accepted)
				b.StartTimer()
			}
		})
	}
}
