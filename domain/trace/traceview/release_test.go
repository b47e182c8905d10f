package traceview

import (
	"database/sql"
	"strings"
	"testing"

	"pedigree/proof"
)

// release asks as a person does.
func (x *trade) release(at, item, reason string, marks uint64) error {
	_, err := x.desks[at].MarkGoods(x.t.Context(), Marking{Items: []string{item}, Clear: marks, Reason: reason, By: "clerk"})
	return err
}

func TestWhatCameBackIsReleasedWithAReasonAlone(t *testing.T) {
	h, s := sold(t)
	_, file := h.back("dispenser", ReturnRequest{Items: []string{s.s.Pack(0)}, ReturnNote: damaged})
	h.took(h.receive("wholesaler", file))
	if err := h.release("wholesaler", s.s.Pack(0), "", proof.FlagHeld); err == nil || !strings.Contains(err.Error(), "because it came back as a return; say why it is released") {
		t.Fatalf("released without a reason: %v", err)
	}
	if rule := h.rule("wholesaler", s.s.Pack(0)); rule != "verdict/held" {
		t.Errorf("it is judged by %s", rule)
	}
	for _, again := range []string{"seal whole", "seal whole"} {
		if err := h.release("wholesaler", s.s.Pack(0), again, proof.FlagHeld); err != nil {
			t.Fatal(err)
		}
	}
	tr, err := h.desks["wholesaler"].Trace(t.Context(), s.s.Pack(0))
	if err != nil || len(tr.Released) != 1 || tr.Released[0].Reason != "seal whole" || tr.Released[0].By != "clerk" || strings.Join(tr.Released[0].Marks, " ") != "held" {
		t.Errorf("%+v, %v", tr.Released, err)
	}
	if last := tr.Steps[len(tr.Steps)-1]; last.Kind != "releasing" || last.Text != "released from held: seal whole" {
		t.Errorf("the last step is %+v", last)
	}
	d := h.desks["wholesaler"]
	if err := d.vault.Update(t.Context(), func(tx *sql.Tx) error { return d.EraseReason(t.Context(), tx, s.s.Pack(0)) }); err != nil {
		t.Fatal(err)
	}
	if tr, err = d.Trace(t.Context(), s.s.Pack(0)); err != nil || len(tr.Released) != 0 {
		t.Errorf("erased, it is %+v, %v", tr.Released, err)
	}
}

func TestAReasonIsAskedWhereSomebodyInvestigates(t *testing.T) {
	x := newShelf(t)
	pack := x.s.Pack(0)
	for _, c := range []struct {
		name, want  string
		marks, took uint64
	}{
		{"a hold of one's own needs none", "", proof.FlagHeld, proof.FlagHeld},
		{"what is suspect does", "is marked as suspect; say why", proof.FlagHeld | proof.FlagSuspect, proof.FlagHeld | proof.FlagSuspect},
		{"but not its hold alone", "", proof.FlagHeld | proof.FlagSuspect, proof.FlagHeld},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := x.desks["dispenser"].Mark(t.Context(), []string{pack}, c.marks, 0); err != nil {
				t.Fatal(err)
			}
			err := x.release("dispenser", pack, "", c.took)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if err := x.release("dispenser", pack, strings.Repeat("a", ReleaseReasonMax+1), proof.FlagSuspect); err == nil {
		t.Error("a reason of any length")
	}
	if err := x.release("dispenser", pack, strings.Repeat("a", ReleaseReasonMax), proof.FlagSuspect); err != nil {
		t.Error(err)
	}
	x.withCases()
	x.note("no-match", "its portal")
	if a := newWeb(t, x.desks["dispenser"]).judge(pack)[0]; a.Facts[0].Case != "1" {
		t.Fatalf("%+v", a)
	}
	if _, err := x.desks["dispenser"].Mark(t.Context(), []string{pack}, proof.FlagHeld, 0); err != nil {
		t.Fatal(err)
	}
	if err := x.release("dispenser", pack, "", proof.FlagHeld); err == nil || !strings.Contains(err.Error(), "is in case 1, which is open") {
		t.Errorf("released out of its case: %v", err)
	}
}
