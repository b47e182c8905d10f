package trace_test

import (
	"testing"

	"pedigree/domain/trace"
	"pedigree/ledger"
	"pedigree/ledger/ledgertest"
)

func TestAnOwnerWhoActsEndsTheRecovery(t *testing.T) {
	begin := func(t *testing.T) (n *network, maker, w hand, rec trace.Name, finish func() error) {
		t.Helper()
		n = newNetwork(t)
		maker, w = n.hand("maker", "mo", "mh"), n.hand("wholesaler", "wo", "wh")
		g := unitGrown("lot1")
		rec = g.in("lot1")
		ok(t, maker.commission("lot1", g))
		o, r := refs(rec)
		ok(t, n.byCouncil(&trace.Recover{Origins: o, Rec: r[0], Owner: ledgertest.Key("no"), Holder: ledgertest.Key("nh")}))
		finish = func() error {
			n.pass(trace.RecoverSeconds)
			return n.hand("pharmacy", "po").do(&trace.FinishRecovery{Origins: o, Rec: r[0]})
		}
		return n, maker, w, rec, finish
	}
	t.Run("by a sale", func(t *testing.T) {
		n, maker, w, rec, finish := begin(t)
		ok(t, maker.ship(rec, w), w.receive(rec))
		want(t, finish(), trace.CodeNoRecovery)
		n.wantLive(rec, "wo", "wh")
	})
	t.Run("by packing", func(t *testing.T) {
		n, maker, w, rec, finish := begin(t)
		tote := maker.box("tote")
		ok(t, maker.pack(tote, rec), maker.ship(tote, w), w.receive(tote), w.unpack(tote, rec))
		want(t, finish(), trace.CodeNoRecovery)
		n.wantLive(rec, "wo", "wh")
	})
	t.Run("but not a holder who hands the goods on", func(t *testing.T) {
		n, maker, w, rec, finish := begin(t)
		m := maker.shipOf(rec, w)
		m.To = ledger.OptKey{}
		ok(t, n.hand("maker", "mh").do(m), w.receive(rec))
		ok(t, finish())
		n.wantLive(rec, "no", "nh")
	})
}
